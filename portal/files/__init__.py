"""Files people hand in or the portal makes, kept below the data folder by their SHA-256.

Table: `stored_file`. The feature that owns a file decides who may fetch it; this floor checks type and size,
stores the bytes once and serves them as attachment.
"""
