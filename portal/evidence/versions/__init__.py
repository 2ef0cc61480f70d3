"""A version of a finding beside what it was adopted on: its figures and voices of that day, and what is newer."""
