"""The social index: tables, computation with everything that makes it doubtful, versions."""
