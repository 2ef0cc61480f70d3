"""What is due: each function reads one feature with a fixed number of queries."""
