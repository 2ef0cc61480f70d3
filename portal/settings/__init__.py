"""Thresholds and texts that the county edits, with history.

Tables: `setting`, `setting_change`, `data_version`. Features declare typed settings (`settings.registry`);
what is not in the table has the declared default. `data_version` counts the changes that pages are cached by.
"""
