"""Municipalities that are incorporated, united, renamed or change their county: previewed, carried out, taken back."""
