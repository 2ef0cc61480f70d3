"""Files of no known format: somebody says which column holds what, and the same rule reads the next file.

`rule` is what was said, as a value and as the small JSON file that the command line takes. `grid` shows a file or a
sheet as a table, `suggest` recognises by its content what it can and asks for the rest; nothing is guessed. `reader`
delivers observations by a complete rule like every other format, `cells` reads single cells by it.
"""
