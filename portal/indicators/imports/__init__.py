"""Files of figures read into dataclasses: pure computation, no database, no request.

`source.open_source(path)` finds out what a file is (`detect`), checks all of it and only then delivers
observations in chunks; `summary` says what was in it. A file with one doubtful cell is refused as a whole,
with row, column and reason (`refusals`), in a workbook also with its sheet. Readers: `long_form`, `classic`, `flat`,
`flat_older`, `labour_market`, `atlas`, `inkar`, `inkar_long`; another format is one more module with the `Reader`
shape of `observations`, one member of `formats.Format`, one line in `source` and, for workbooks, one in
`workbook_formats`.

Text files are looked at by `charset` and read by `lines`; workbooks are looked at and read by `newer_workbook`
(XLSX, on `archive` and `xml_parts`) or `older_workbook` (XLS, on `compound`), both behind `workbook`, whose docstring
says what a reader may rely on. `long_form_file` writes what any reader read.

What signs in place of numbers mean stands in `signs`, how numbers are written in `numerals`, area keys in
`keys`. Nothing here fills, sums or derives a value, and no number is guessed.
"""
