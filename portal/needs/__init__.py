"""Needs statements (Bedarfshinweise) and their official answers.

Tables: needs_statement, statement_number, statement_support, statement_step, statement_answer. `drafts` and `numbers`
are the services of whoever writes, `review` those of the county, `support` is what other organisations do.
Below: minutes (an entry can be the origin), stakeholders, indicators. Above: evidence (reads `queries.voices`).
"""
