"""What every feature stands on: base model, transaction, actor, permissions, errors, forms, tables, clock, text.

No table of its own and no knowledge of any feature.
"""
