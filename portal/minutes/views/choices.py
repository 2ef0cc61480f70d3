"""What the form of an entry offers, and what was chosen of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from portal.areas import places as areas_places
from portal.conferences.models import AgendaItem, Conference
from portal.core.actor import current_actor
from portal.core.seed_words import local
from portal.indicators.models import Indicator
from portal.minutes import places, queries, unsent_forms
from portal.minutes.forms import EntryForm
from portal.minutes.models import EntryKind, Minutes, MinutesEntry
from portal.minutes.services.entries import Written
from portal.planning import queries as planning
from portal.unsent import sheets
from portal.unsent.sheets import Sheet


def new_form(minutes: Minutes, top: str | None, *, sent: Mapping[str, str] | None = None) -> tuple[EntryForm, Sheet]:
    """The form of the next entry with what the person typed last time and did not save; or as it was sent."""
    subject = unsent_forms.of_new_entry(minutes)
    form, sheet, is_restored = _opened(subject, sent)
    offer(form, minutes.conference)
    if sent is None and not is_restored:
        form.agenda_item.data = wanted_item(minutes.conference, top)
    return form, sheet


def edit_form(
    minutes: Minutes, entry: MinutesEntry, *, sent: Mapping[str, str] | None = None
) -> tuple[EntryForm, Sheet]:
    """The form of an entry as it is stored, as the person left it unsaved, or as it was sent."""
    form, sheet, is_restored = _opened(unsent_forms.of_entry(entry.public_id), sent)
    offer(form, minutes.conference)
    keep_what_is_chosen(form, entry)
    if sent is None and not is_restored:
        fill(form, entry)
    return form, sheet


def _opened(subject: str, sent: Mapping[str, str] | None) -> tuple[EntryForm, Sheet, bool]:
    actor = current_actor()
    if sent is not None:
        return EntryForm(), sheets.again(sent, subject, actor=actor), False
    sheet, typed = sheets.sheet(subject, actor=actor)
    return EntryForm(formdata=typed), sheet, typed is not None


def offer(form: EntryForm, conference: Conference) -> None:
    """Hand the choices in."""
    form.kind.choices = EntryKind.choices()
    form.agenda_item.choices = [
        *((item.public_id, _("TOP %(number)s: %(title)s", number=item.number, title=item.title))
          for item in conference.agenda),
        ("", _("ohne Tagesordnungspunkt")),
    ]  # fmt: skip
    form.topics.choices = [(topic.key, topic.label) for topic in planning.topics()]
    indicators = queries.linkable_indicators()
    form.indicators.choices = [(one.key, local(one.name)) for one in indicators]
    form.indicator_groups = _by_topic(indicators)
    form.raised_by.choices = [(one.public_id, one.name) for one in queries.speakers(conference)]
    form.places.choices = areas_places.options(places.below(conference))
    form.owner.choices = [
        ("", _("niemand")),
        *((person.public_id, person.name) for person in queries.possible_owners(conference)),
    ]


def _by_topic(indicators: Sequence[Indicator]) -> list[tuple[Any, list[str]]]:
    groups: dict[str, tuple[Any, list[str]]] = {}
    for one in indicators:
        groups.setdefault(one.topic.key, (one.topic.label, []))[1].append(one.key)
    return list(groups.values())


def fill(form: EntryForm, entry: MinutesEntry) -> None:
    """Show the entry as it is."""
    form.kind.data = entry.kind.value
    form.text.data = entry.text
    form.agenda_item.data = "" if entry.agenda_item is None else entry.agenda_item.public_id
    form.topics.data = [topic.key for topic in entry.topics]
    form.indicators.data = [indicator.key for indicator in entry.indicators]
    form.raised_by.data = [organisation.public_id for organisation in entry.raised_by]
    form.places.data = [place.public_id for place in entry.places]
    form.owner.data = "" if entry.owner is None else entry.owner.public_id
    form.due_on.data = entry.due_on
    form.edition.data = str(entry.edition)


def keep_what_is_chosen(form: EntryForm, entry: MinutesEntry) -> None:
    """Offer what the entry already holds although it is no longer on offer: nothing is lost by saving."""
    for field, chosen in (
        (form.indicators, [(one.key, local(one.name)) for one in entry.indicators]),
        (form.raised_by, [(one.public_id, one.name) for one in entry.raised_by]),
        (form.places, [(one.public_id, one.full_name) for one in entry.places]),
        (form.owner, [] if entry.owner is None else [(entry.owner.public_id, entry.owner.name)]),
    ):
        known = {value for value, _label in field.choices}
        field.choices = [*field.choices, *(pair for pair in chosen if pair[0] not in known)]


def written(form: EntryForm, conference: Conference, entry: MinutesEntry | None = None) -> Written:
    """What was typed, as the services take it; what `entry` holds may stay."""
    topics = {topic.key: topic for topic in planning.topics()}
    indicators: dict[str, Indicator] = {one.key: one for one in queries.linkable_indicators()}
    speakers = {one.public_id: one for one in queries.speakers(conference)}
    owners = {one.public_id: one for one in queries.possible_owners(conference)}
    kept = [] if entry is None else entry.places
    if entry is not None:
        indicators |= {one.key: one for one in entry.indicators}
        speakers |= {one.public_id: one for one in entry.raised_by}
        if entry.owner is not None:
            owners[entry.owner.public_id] = entry.owner
    items: dict[str, AgendaItem] = {one.public_id: one for one in conference.agenda}
    return Written(
        kind=EntryKind(form.kind.data),
        text=form.text.data or "",
        agenda_item=items.get(form.agenda_item.data),
        topics=[topics[key] for key in form.topics.data or () if key in topics],
        indicators=[indicators[key] for key in form.indicators.data or () if key in indicators],
        raised_by=[speakers[key] for key in form.raised_by.data or () if key in speakers],
        places=areas_places.offered(kept).stored(form.places.data or ()),
        owner=owners.get(form.owner.data),
        due_on=form.due_on.data,
    )


def wanted_item(conference: Conference, top: str | None) -> str:
    """The agenda item the next entry goes to: the one asked for, else the first."""
    items: Sequence[AgendaItem] = conference.agenda
    found = next((item for item in items if str(item.number) == top), items[0] if items else None)
    return "" if found is None else found.public_id
