"""Minutes of events: entries by agenda item, co-signed, frozen, versioned.

Tables: minutes, minutes_version, minutes_entry, task_done.
Below: conferences (agenda, attendance), indicators (links). Above: needs (an entry becomes a statement), evidence.
"""
