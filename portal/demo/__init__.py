"""The demonstration: seeded content, demo logins, the mailbox that catches its mail. Only in `portal demo`."""
