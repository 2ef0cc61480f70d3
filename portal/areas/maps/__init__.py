"""Boundaries as drawings: projected and simplified once, labelled, stored as sets, printed as maps."""
