"""Which addresses the outbox takes."""

import pytest

from portal.core.errors import Refusal
from portal.outbox.addresses import checked_address


@pytest.mark.parametrize(
    "address",
    [
     "", "ada", "ada@", "@verein.example", "ada@verein", "a b@verein.example", "ada@-x.example", "ada@x..example",
     "ada@verein.example>", "<ada@verein.example>", "ada,bo@verein.example", "jörg@verein.example",
     "a@" + "x" * 64 + ".example",
     "a" * 65 + "@verein.example", ".ada@verein.example", "a..b@verein.example"],
)  # fmt: skip
def test_addresses_no_mail_could_reach_are_refused(address: str) -> None:
    with pytest.raises(Refusal):
        checked_address(address)


def test_addresses_are_stored_in_lower_case_and_ascii() -> None:
    assert checked_address(" Ada.B+x@Müller.Example ") == "ada.b+x@xn--mller-kva.example"
