"""What every page must satisfy, read from its markup."""

import re
from collections import Counter
from typing import Any

import html5lib

_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "headers", "popovertarget", "list")
# html5lib does not know elements and attributes younger than itself; everything else must parse without a word.
_KNOWN_GAPS: set[str] = set()
_HEADING = re.compile(r"^h[1-6]$")


def parsed(html: str) -> Any:
    """The document as a tree without namespaces; fails with the parser's words if it is not valid HTML."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document = parser.parse(html)
    lines = html.splitlines()
    errors = [
        f"line {position[0]}: {code} {details} | {lines[position[0] - 1].strip()[:160]}"
        for position, code, details in parser.errors
        if code not in _KNOWN_GAPS
    ]
    assert errors == [], "\n".join(errors[:10])
    return document


def check_page(html: str) -> Any:
    """Parse a page and check what a parser does not: ids, references, headings, labels, language."""
    document = parsed(html)
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == [], "ids must be unique"
    for element in elements:
        for attribute in _REFERENCES:
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name} of <{element.tag}> points nowhere"
        target = element.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids, f"{target} of <{element.tag}> points nowhere"
        assert element.get("style") is None, f"inline style on <{element.tag}>"
        handlers = [name for name in element.attrib if name.startswith("on")]
        assert handlers == [], f"inline handlers on <{element.tag}>"
    for script in (element for element in elements if element.tag == "script"):
        assert script.get("src"), "inline script"
    root = next(element for element in elements if element.tag == "html")
    assert root.get("lang")
    assert root.get("dir") in {"ltr", "rtl"}
    titles = [element for element in elements if element.tag == "title" and not element.get("class")]
    assert titles[0].text
    assert titles[0].text.strip()
    _check_headings([element for element in elements if _HEADING.match(element.tag)])
    _check_names(elements)
    _check_landmarks(elements)
    _check_structure(elements)
    return document


def _check_headings(headings: list[Any]) -> None:
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels.count(1) == 1, f"exactly one h1, found {levels.count(1)}"
    highest = 0
    for heading, level in zip(headings, levels, strict=True):
        words = "".join(heading.itertext()).strip()
        assert words, f"empty <{heading.tag}>"
        assert level <= highest + 1 or highest == 0, f"<{heading.tag}> {words!r} skips a level"
        highest = level


def _check_names(elements: list[Any]) -> None:
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    wrapped = {
        id(field)
        for element in elements
        if element.tag == "label"
        for field in element.iter()
        if field.tag in {"input", "select", "textarea"}
    }
    for element in elements:
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.tag in {"input", "select", "textarea"} and element.get("type") not in {"hidden", "submit"}:
            assert named or element.get("id") in labelled or id(element) in wrapped, (
                f"field {element.get('name')} has no label"
            )
        if element.tag in {"a", "button"}:
            words = "".join(element.itertext()).strip()
            assert words or named, f"<{element.tag} {dict(element.attrib)}> has no words"
        if element.tag == "img":
            assert element.get("alt") is not None
        if element.tag == "th":
            assert element.get("scope") in {"col", "row", "colgroup", "rowgroup"}, "th without scope"


def _check_landmarks(elements: list[Any]) -> None:
    mains = [element for element in elements if element.tag == "main"]
    assert len(mains) == 1, "exactly one main"
    skip = next(element for element in elements if element.tag == "a")
    assert skip.get("href") == f"#{mains[0].get('id')}", "the first link skips to the content"
    navigations = [element for element in elements if element.tag == "nav"]
    names = [element.get("aria-label") or element.get("aria-labelledby") for element in navigations]
    assert len(navigations) < 2 or (all(names) and len(set(names)) == len(names)), f"navigations need names: {names}"


def _check_structure(elements: list[Any]) -> None:
    framed = {id(child) for element in elements if element.get("aria-label") for child in element}
    for element in elements:
        children = {child.tag for child in element if isinstance(child.tag, str)}
        if element.tag in {"ul", "ol"}:
            assert children <= {"li"}, f"<{element.tag}> holds {children}"
        if element.tag == "dl":
            assert children <= {"dt", "dd", "div"}, f"<dl> holds {children}"
        if element.tag == "fieldset":
            assert "legend" in children, "fieldset without legend"
        if element.tag == "table":
            named = element.get("aria-label") or element.get("aria-labelledby")
            assert named or "caption" in children or id(element) in framed, "table without caption or named frame"
        if element.tag in {"a", "button"}:
            inner = {one.tag for one in element.iter() if one is not element and isinstance(one.tag, str)}
            assert not inner & {"a", "button", "input", "select", "textarea"}, f"<{element.tag}> holds a control"
        if element.tag == "form" and (element.get("method") or "get").lower() == "post":
            fields = {one.get("name") for one in element.iter() if one.tag == "input"}
            # The questionnaire uses no rights and no cookie; what it carries protects it (`surveys.carrying`).
            carries_itself = (element.get("action") or "").endswith("/fragen") and "seite" in fields
            # The address of the invited person's form is the secret (`conferences.views.replies`).
            carries_itself |= (element.get("action") or "").startswith("/einladung/") and "seen" in fields
            carries_itself |= (element.get("action") or "").startswith("/vertretung/") and "access_consent" in fields
            assert "csrf_token" in fields or carries_itself, f"form to {element.get('action')} without token"
        for attribute in ("src", "srcset", "action", "formaction", "poster"):
            assert not (element.get(attribute) or "").startswith(("http:", "https:", "//")), f"foreign {attribute}"
        if element.tag == "link":
            assert (element.get("href") or "").startswith("/"), "foreign link"
