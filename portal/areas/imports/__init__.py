"""Reading official files about places: the municipality register (GV100AD) and boundaries (GeoJSON).

`register` and `boundaries` turn bytes into plain values or refuse them by row, column and reason; `checks` looks at
the geometry; `plans` compares with what the portal has; `services` writes it in one transaction. A file that is
doubtful in one place changes nothing.
"""
