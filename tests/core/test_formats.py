"""Numbers and words as pages show them."""

import pytest

from portal.core.formats import phone_link


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("06221 522-0", "062215220"),
        ("(06221) 522/0", "062215220"),
        ("+49 (0) 6221 522\u20110", "+4962215220"),
        ("115", "115"),
    ],
)
def test_a_telephone_number_is_dialled_as_it_is_meant(number: str, dialled: str) -> None:
    assert phone_link(number) == f'<a href="tel:{dialled}"><bdi>{number}</bdi></a>'


@pytest.mark.parametrize("number", ["06221 522-0, montags 8 bis 12 Uhr", "folgt", "()-/.", "1" * 61, "0 <b>1</b> 2"])
def test_what_is_not_a_number_alone_is_no_link(number: str) -> None:
    assert "href" not in phone_link(number)
    assert "<b>" not in phone_link(number)
