"""Backups: one archive with the database, the files and the secrets an installation needs to live on.

`archive` writes and verifies archives, `sqlite` and `postgresql` copy a database into and out of one,
`create` and `restore` put the pieces together. Never in an archive: the mailbox, caches, and the folder
`spool` with its private key, because survey answers must stay unreadable to whoever holds a backup.
"""
