"""The story's minutes: written the day after an event, co-signed, one corrected, tasks done and overdue."""

from datetime import timedelta

from portal.conferences.models import Conference
from portal.config import SEEDS
from portal.core import clock
from portal.core.seed_files import SeedEntry, read_document
from portal.demo.story import Story
from portal.minutes.attendance import speakers
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import entries_of, reader_of
from portal.minutes.services import entries, remarks, tasks, versions
from portal.minutes.services.entries import Written
from portal.stakeholders.models import Organisation

# The entry that names another organisation in version 1, and the days by which that version was released earlier.
_MISTAKEN = "m02_3"
_FIRST_VERSION_EARLIER = 7


def fill(story: Story) -> None:
    """Every event's minutes up to the day of seeding; fills `story.entries` with the entries of the last version."""
    for entry in read_document(SEEDS / "demo" / "minutes.yaml").entries("minutes"):
        event = entry.text("event")
        conference = story.conferences[event]
        minutes = _written(story, entry, conference)
        if entry.text("state") == "released":
            _released(story, entry, minutes)
            if conference.is_public:
                _published(story, entry, minutes)
        kept = {one.stem: one for one in entries_of(minutes.versions[-1])}
        for key, stem in _stems(entry, minutes).items():
            story.entries[key] = kept[stem]
        _finish_tasks(story, entry)
        _remark(story, entry, minutes)


def _written(story: Story, entry: SeedEntry, conference: Conference) -> Minutes:
    with clock.frozen(conference.ends + timedelta(days=1)):
        writer = story.actor(entry.text("written_by"))
        minutes = versions.begin(conference, actor=writer)
        is_corrected = entry.integer("version") > 1
        for one in entry.entries("entries"):
            mistaken = is_corrected and one.text("key") == _MISTAKEN
            entries.add(minutes.versions[0], _entry(story, entry, one, mistaken=mistaken), actor=writer)
    return minutes


def _entry(story: Story, entry: SeedEntry, one: SeedEntry, *, mistaken: bool = False) -> Written:
    event, due, owner = entry.text("event"), one.optional_integer("due_day"), one.optional("owner")
    raised_by = [story.organisations[key] for key in one.texts("raised_by")]
    if mistaken:
        raised_by = [_another(story.conferences[event], raised_by)]
    return Written(
        kind=EntryKind(one.text("kind")),
        text=one.text("text"),
        agenda_item=story.agenda[event, one.integer("top")],
        topics=story.topics_of(one),
        indicators=story.indicators_of(one),
        raised_by=raised_by,
        places=[story.areas[key] for key in one.texts("places")],
        owner=story.people[owner] if owner else None,
        due_on=None if due is None else story.day(due),
    )


def _another(conference: Conference, named: list[Organisation]) -> Organisation:
    """Somebody else of the same kind who was there."""
    return next(one for one in speakers(conference) if one.kind is named[0].kind and one not in named)


def _released(story: Story, entry: SeedEntry, minutes: Minutes) -> None:
    last, day = entry.integer("version"), entry.integer("released_day")
    for number in range(1, last + 1):
        earlier = (last - number) * _FIRST_VERSION_EARLIER
        if number > 1:
            with clock.frozen(story.moment(day - earlier - 2)):
                _correct(story, entry, minutes)
        _release(story, entry, minutes.versions[-1], day=day - earlier)


def _published(story: Story, entry: SeedEntry, minutes: Minutes) -> None:
    with clock.frozen(story.moment(entry.integer("released_day"))):
        versions.set_public(minutes, True, actor=story.actor(entry.text("written_by")))


def _correct(story: Story, entry: SeedEntry, minutes: Minutes) -> None:
    writer = story.actor(entry.text("written_by"))
    version = versions.correct(minutes, entry.text("correction_reason"), actor=writer)
    wrong = next(one for one in version.entries if one.stem == _stems(entry, minutes)[_MISTAKEN])
    right = next(one for one in entry.entries("entries") if one.text("key") == _MISTAKEN)
    entries.edit(wrong, _entry(story, entry, right), edition=wrong.edition, actor=writer)


def _release(story: Story, entry: SeedEntry, version: MinutesVersion, *, day: int) -> None:
    with clock.frozen(story.moment(day - 1)):
        versions.submit(version, actor=story.actor(entry.text("written_by")))
    with clock.frozen(story.moment(day)):
        versions.release(version, actor=story.actor(entry.text("cosigned_by")))


def _stems(entry: SeedEntry, minutes: Minutes) -> dict[str, str]:
    """Stem by key: the entries of the first version were written in the order of the file."""
    first: list[MinutesEntry] = sorted(minutes.versions[0].entries, key=lambda one: one.position)
    return {one.text("key"): written.stem for one, written in zip(entry.entries("entries"), first, strict=True)}


def _finish_tasks(story: Story, entry: SeedEntry) -> None:
    for one in entry.entries("entries"):
        done = one.optional_integer("done_day")
        if done is not None:
            with clock.frozen(story.moment(done)):
                tasks.finish(story.entries[one.text("key")], actor=story.actor(entry.text("written_by")))


def _remark(story: Story, entry: SeedEntry, minutes: Minutes) -> None:
    """What invited people said of the released version, and what they were answered."""
    for one in entry.entries("remarks"):
        with clock.frozen(story.moment(one.integer("day"))):
            actor = story.actor(one.text("person"), one.text("organisation"))
            remark = remarks.add(
                minutes.versions[-1],
                one.text("text"),
                reader=reader_of(minutes, actor),
                actor=actor,
                entry=story.entries[one.text("entry")],
            )
        answered = one.optional_integer("answered_day")
        if answered is not None:
            with clock.frozen(story.moment(answered)):
                remarks.finish(remark, one.text("answer"), actor=story.actor(entry.text("written_by")))
