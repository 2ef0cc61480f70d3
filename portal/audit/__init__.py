"""Who did what, when: one append-only table.

Table: `audit_entry`. Every service of every feature records its changes here; the page filters them.
Entries hold ids and keys only, no personal text, and refer to nothing by foreign key, so that erasing a
person or a record never touches them. The database refuses UPDATE and DELETE by trigger.
"""
