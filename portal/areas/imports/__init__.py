"""Official files about places: the municipality register (GV100AD) and boundaries (GeoJSON).

`register` and `boundaries` turn bytes into plain values or refuse them by row, column and reason; `checks` looks at
the geometry; `register_takeover` and `boundary_takeover` compare with what the portal has and write it in one
transaction; `outcome` says what that did. A file that is doubtful in one place changes nothing.
"""
