"""Mail that must not be lost: written in the transaction that causes it, sent later by the worker.

Table: `outbox_message`, one row per recipient, occasion and sequence. The page shows every message's state
and lets an administrator try again. In demo mode without a mail server, messages land in the mailbox folder.
"""
