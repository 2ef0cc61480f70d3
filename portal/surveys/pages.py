"""What pages about rounds show, as plain values: participation by planning area, how a round stands, what is next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.surveys import permissions
from portal.surveys.counting import ASKED_BASE
from portal.surveys.definition import Definition
from portal.surveys.models import RoundState, SurveyRound
from portal.surveys.opening import LEAST_BATCH, STAY_BEHIND
from portal.surveys.queries import CountedRound, RoundRow
from portal.surveys.results import EVERYWHERE, sheets

_SOON_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class AreaCount:
    """How many answered in a planning area (None: not shown, for protection), and as a share of the area with most.

    `are_few`: not enough for silence to mean something.
    """

    slug: str
    name: str
    count: int | None
    percent: float
    are_few: bool


@dataclass(frozen=True, kw_only=True)
class Participation:
    """Answers that are open: all of them, and by planning area."""

    total: int
    areas: tuple[AreaCount, ...]

    @property
    def few(self) -> list[str]:
        """Names of areas with few answers."""
        return [area.name for area in self.areas if area.are_few]


def participation(counted: CountedRound) -> Participation:
    """Counted sheets under the small-cell rule; shares in percent, 0 where nothing is shown."""
    counts = sheets(counted.definition, counted.tally, [area_id for area_id, _slug, _name in counted.areas])
    most = max((counts[area_id] or 0 for area_id, _slug, _name in counted.areas), default=0)
    return Participation(
        total=counts[EVERYWHERE] or 0,
        areas=tuple(
            AreaCount(
                slug=slug,
                name=name,
                count=counts[area_id],
                percent=100 * (counts[area_id] or 0) / most if most else 0.0,
                are_few=counted.tally.sheets.get(area_id, 0) < ASKED_BASE,
            )
            for area_id, slug, name in counted.areas
        ),
    )


@dataclass(frozen=True, kw_only=True)
class RoundCard:
    """A round for those who run surveys. `next_step` says what to do now; `is_pressing` that something is wrong."""

    round: SurveyRound
    definition: Definition
    opened: int
    sealed: int
    participation: Participation | None
    days_left: int | None
    next_step: str
    is_pressing: bool
    may_move_end: bool
    may_close: bool
    may_discard: bool

    @property
    def answers(self) -> int:
        return self.opened + self.sealed


def cards(
    rows: Iterable[RoundRow], counted: Iterable[CountedRound], *, keyless: Collection[str], actor: Actor
) -> list[RoundCard]:
    """Rounds that run first, then planned ones, then those that are over.

    `keyless` are public ids of rounds whose key is not here.
    """
    by_round = {one.asked.round_id: one for one in counted}
    order = {RoundState.OPEN: 0, RoundState.PLANNED: 1, RoundState.CLOSED: 2}
    return [_card(row, by_round, keyless, actor) for row in sorted(rows, key=lambda row: order[row.round.state])]


def _card(row: RoundRow, by_round: Mapping[int, CountedRound], keyless: Collection[str], actor: Actor) -> RoundCard:
    one = row.round
    counted = by_round.get(one.id)
    shown = None if counted is None else participation(counted)
    lacks_key = one.public_id in keyless
    return RoundCard(
        round=one,
        definition=row.definition,
        opened=row.opened,
        sealed=row.sealed,
        participation=shown,
        days_left=(one.last_day - clock.today()).days if one.state is RoundState.OPEN else None,
        next_step=_without_key() if lacks_key else next_step(row, shown),
        is_pressing=lacks_key,
        may_move_end=permissions.may_move_end(actor, one),
        may_close=permissions.may_close(actor, one),
        may_discard=permissions.may_discard(actor, one),
    )


def _without_key() -> str:
    return _(
        "Der Schlüssel dieser Runde fehlt in diesem Datenordner. Ohne ihn bleiben die Antworten verschlossen, und neue "
        "nimmt das Portal nicht an. Lassen Sie den Ordner „spool“ aus seiner Kopie zurücklegen, oder beenden Sie die "
        "Runde und legen Sie eine neue an."
    )


def next_step(row: RoundRow, shown: Participation | None) -> str:
    """What to do for a round now, in one or two sentences."""
    one = row.round
    if one.state is RoundState.PLANNED:
        return _("Die Runde beginnt am %(day)s von selbst. Hängen Sie den Aushang vorher aus.",
                 day=date_long(one.opens_at))  # fmt: skip
    if one.state is RoundState.CLOSED:
        return _after(row)
    if clock.now() >= one.closes_at:
        return _("Die Runde ist vorbei und wird in wenigen Minuten geschlossen.")
    return _while_running(row, shown)


def _after(row: RoundRow) -> str:
    if row.sealed:
        return _("Die letzten Antworten werden gerade geöffnet.")
    if not row.opened:
        return _("Es waren weniger als %(count)s Antworten. Sie wurden ungelesen gelöscht.",
                 count=row.definition.minimum_answers)  # fmt: skip
    return _("Lesen Sie die Ergebnisse und prüfen Sie unter „Befunde“, was sich dadurch geändert hat.")


def _while_running(row: RoundRow, shown: Participation | None) -> str:
    left = (row.round.last_day - clock.today()).days
    answers = row.opened + row.sealed
    if not answers:
        return _("Noch niemand hat geantwortet. Verteilen Sie Link und Aushang.")
    if shown is None and answers >= STAY_BEHIND + LEAST_BATCH:
        return _("Genug Antworten sind da. Sie werden alle 15 Minuten geöffnet, dann erscheinen erste Ergebnisse.")
    if shown is None:
        return _("Erste Ergebnisse erscheinen ab %(count)s Antworten. Verteilen Sie Link und Aushang weiter.",
                 count=STAY_BEHIND + LEAST_BATCH)  # fmt: skip
    if left <= _SOON_DAYS:
        return ngettext(
            "Die Runde endet in %(num)d Tag. Erinnern Sie noch einmal, oder legen Sie das Ende später.",
            "Die Runde endet in %(num)d Tagen. Erinnern Sie noch einmal, oder legen Sie das Ende später.",
            left,
        )
    if shown.few:
        return _("Wenige Antworten kommen aus: %(areas)s. Gehen Sie dort noch einmal auf die Menschen zu.",
                 areas=", ".join(shown.few))  # fmt: skip
    return _("Aus allen Planungsräumen kommen genug Antworten. Die Runde endet am %(day)s von selbst.",
             day=date_long(row.round.last_day))  # fmt: skip
