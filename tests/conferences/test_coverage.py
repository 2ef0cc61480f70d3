"""Who is missing before invitations are sent."""

from portal.areas.composition import AreaRef
from portal.areas.models import AreaKind
from portal.conferences.coverage import Coverage, Reached, coverage
from portal.stakeholders.models import OrganisationKind as Kind


def place(id_: int) -> AreaRef:
    return AreaRef(
        id=id_, public_id=str(id_), kind=AreaKind.MUNICIPALITY, key=str(id_), name=f"Ort {id_}", official_name="",
        type_name="", slug="", sort_key="", county_id=1, is_own=True, character="", description="", square_km=None,
        urbanisation="", seat_postcode=None, valid_from=None, valid_to=None, attribution_key=None,
    )  # fmt: skip


PLACES = [place(1), place(2), place(3)]
ASSOCIATIONS = {1: 90, 2: 90}
REQUIRED = (Kind.MUNICIPALITY, Kind.SCHOOL, Kind.JOBCENTER, Kind.HEALTH_OFFICE)


def found(*reached: Reached, share: float = 0.5) -> Coverage:
    return coverage(
        reached, municipalities=PLACES, association_of=ASSOCIATIONS, required=REQUIRED, required_share=share
    )


def test_nobody_invited_misses_everything() -> None:
    nothing = found()
    assert [one.id for one in nothing.missing_municipalities] == [1, 2, 3]
    assert nothing.missing_groups == REQUIRED
    assert not nothing.suffices
    assert not nothing.is_complete


def test_an_association_reaches_its_members_and_counts_as_municipality() -> None:
    one = found(Reached(organisation_id=1, group=Kind.MUNICIPALITY, place_id=90))
    assert [missing.id for missing in one.missing_municipalities] == [3]
    assert one.reached_municipalities == 2
    assert one.missing_groups == REQUIRED[1:]
    assert one.share == 0.25


def test_a_provider_with_a_seat_somewhere_reaches_no_municipality() -> None:
    assert len(found(Reached(organisation_id=1, group=Kind.WELFARE_PROVIDER)).missing_municipalities) == 3


def test_exactly_the_share_suffices() -> None:
    two = [Reached(organisation_id=n, group=group) for n, group in enumerate((Kind.SCHOOL, Kind.JOBCENTER))]
    assert found(*two).suffices
    assert not found(*two, share=0.51).suffices


def test_departments_of_the_county_are_no_group() -> None:
    assert found(Reached(organisation_id=1, group=None)).present_groups == ()


def test_no_required_groups_never_suffice_but_miss_nothing() -> None:
    one = coverage([], municipalities=[], association_of={}, required=(), required_share=0.5)
    assert not one.suffices
    assert one.is_complete
    assert one.share == 1.0
