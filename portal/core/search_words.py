"""Where a typed word is found: in a search key that `text.search_key` made, in a statement or in memory.

Long words are found anywhere, because German joins words: `pflege` stands in `Tagespflege`. A short one would stand in
nearly everything (`lte` in `ältere`): an abbreviation in capitals is found where a word begins, any other word of up to
three letters where a word begins or ends (`Bus` in `Schulbus`, not in `Robustheit`).
"""

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, or_

from portal.core.text import search_key

_SHORT = 3
_ABBREVIATION = 5


def patterns(query: str) -> list[tuple[str, ...]]:
    """For every typed word what a key between two blanks must hold one of; a blank in it is the edge of a word."""
    found: list[tuple[str, ...]] = []
    for typed in query.split():
        capitals = typed.isupper()
        for word in search_key(typed).split():
            if capitals and len(word) <= _ABBREVIATION:
                found.append((f" {word}",))
            elif len(word) <= _SHORT:
                found.append((f" {word}", f"{word} "))
            else:
                found.append((word,))
    return found


def has_short_word(query: str) -> bool:
    """Whether a word of the search is looked for at the edges of words alone."""
    return any(" " in parts[0] for parts in patterns(query))


def holds(key: str, query: str) -> bool:
    """Whether a search key holds every typed word."""
    between = f" {key} "
    return all(any(part in between for part in parts) for parts in patterns(query))


def conditions(search: SQLColumnExpression[str], query: str) -> list[ColumnElement[bool]]:
    """The same of a column with search keys: one condition for every typed word."""
    between = literal(" ").concat(search).concat(" ")
    return [
        or_(*((between if " " in part else search).contains(part, autoescape=True) for part in parts))
        for parts in patterns(query)
    ]
