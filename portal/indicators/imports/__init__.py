"""Files of figures read into dataclasses: pure computation, no database, no request.

`source.open_source(path)` finds out what a file is (`detect`), checks all of it and only then delivers
observations in chunks; `summary` says what was in it. A file with one doubtful cell is refused as a whole,
with row, column and reason (`refusals`). Readers: `long_form`, `classic`, `flat`; another format is one more
module with the `Reader` shape of `observations`, one member of `detect.Format` and one line in `source`.

What signs in place of numbers mean stands in `signs`, how numbers are written in `numerals`, area keys in
`keys`. Nothing here fills, sums or derives a value, and no number is guessed.
"""
