"""Places: county, planning areas, associations, municipalities, localities, and their boundaries.

Tables: `area`, `area_membership`, `area_regrouping`, `area_regrouping_step`, `attribution`, `boundary_set`,
`boundary_shape`, `boundary_neighbour`. Areas of all kinds are one table; which municipality belongs to which
planning area or association is a membership with validity dates, changed by decisions that can be taken back.
Outlines of planning areas are not stored; they follow from shapes and memberships of the day.

Neighbours: builds on accounts (who decided), audit and settings (data version `areas`). Other features link to areas,
never the other way round. Extension points (`extension`): `regrouped` is told about every decision, `population`
says how many people live where.
"""
