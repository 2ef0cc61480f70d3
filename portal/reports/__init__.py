"""Reports: the dossier of a planning area and the paper for a committee, with every number's source.

Tables: `report_template`, the county's own Word templates. Reads findings, figures, needs and areas and owns none of
them. Neighbours: `files` keeps the templates, `core.pdf` and `core.tables` make the other formats.
"""
