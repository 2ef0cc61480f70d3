"""Minutes of events: written by agenda item, co-signed by somebody else, frozen, corrected by the next version.

Tables: `minutes`, `minutes_version`, `minutes_entry` (with topics, indicators, organisations), `minutes_step`,
`minutes_remark`, `former_remark_answer`, `task_done`. Stands on events, organisations, indicators and topics; needs
and findings refer to entries.
Extension point: `extension.entry_actions`, links that upper floors offer beside an entry.
"""
