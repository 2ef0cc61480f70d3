"""Needs statements (Bedarfshinweise) and their official answers.

Tables: needs_statement, statement_number, statement_support, statement_step, statement_answer.
Below: minutes (an entry can be the origin), stakeholders, indicators. Above: evidence.
"""
