"""Lead indicators: which figures judge a topic, and what another choice would come to before it is saved."""

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.audit import naming
from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require, require_visible
from portal.core.transaction import transaction
from portal.evidence import permissions, queries, words
from portal.evidence.leads import effects as lead_effects
from portal.evidence.leads.effects import Effects
from portal.evidence.leads.forms import LeadForm
from portal.evidence.rules import pages as rule_pages
from portal.evidence.views.frame import blueprint
from portal.indicators import permissions as figures
from portal.indicators import queries as indicators
from portal.indicators.catalogue import lead_rules
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.indicators.figures import IndicatorFacts
from portal.indicators.models import Indicator
from portal.planning import queries as planning
from portal.planning.models import Topic

_CHANGES_SHOWN = 20


@blueprint.get("/leitkennzahlen")
def leads() -> ResponseReturnValue:
    """Every topic with the indicators in use: which lead, from which difference they count, until when."""
    actor = current_actor()
    require(permissions.may_see_unpublished(actor))
    found = indicators.county_figures(actor)
    return render_template(
        "evidence/leads.html",
        topics=[(topic, found.of_topic(topic.key)) for topic in planning.topics()],
        least=_least,
        history=_history(actor),
        may_fix=figures.may_fix_leads(actor),
    )


@blueprint.route("/leitkennzahlen/<topic_key>", methods=["GET", "POST"])
def lead(topic_key: str) -> ResponseReturnValue:
    """Change the numbers of a topic: first the effect, then the same form saves; `?wie_vor=` fills in former ones."""
    actor = current_actor()
    require(figures.may_fix_leads(actor))
    topic = require_visible(next((one for one in planning.topics() if one.key == topic_key), None))
    known = {one.key: one for one in lead_rules.of_topic(topic_key)}
    form = LeadForm()
    effects: Effects | None = None
    if request.method != "POST":
        form.begin(_present(list(known.values()), request.args.get("wie_vor", "")))
    elif form.validate():
        try:
            wanted = _changed(form, known)
            if not wanted:
                flash(_("Es war nichts zu ändern."), "info")
                return redirect(url_for("evidence.leads", _anchor=topic_key))
            effects = lead_effects.effects(wanted, queries.period(), actor=actor)
            if "speichern" in request.form and form.seen.data == effects.seen:
                with transaction():
                    lead_rules.change(wanted, editions=form.editions(), reason=form.reason.data or "", actor=actor)
                flash(_("Gespeichert. Die Vorschläge sind neu berechnet."), "ok")
                return redirect(url_for("evidence.leads", _anchor=topic_key))
            form.seen.data = effects.seen
        except Conflict as conflict:
            form.refuse(conflict)
            _carry_on(form, topic_key)
        except Refusal as refusal:
            form.refuse(refusal)
    return make_response(_page(form, topic, known, effects, actor), 422 if form.errors else 200)


def _changed(form: LeadForm, known: dict[str, Indicator]) -> dict[str, LeadRule]:
    """What was typed and differs from what is stored, checked."""
    typed = form.wanted(known)
    checked = {key: lead_rules.checked(known[key], rule) for key, rule in typed.items()}
    return {key: rule for key, rule in checked.items() if rule != lead_rules.rule_of(known[key])}


def _present(found: Sequence[Indicator], former: str) -> list[tuple[Indicator, LeadRule]]:
    """The stored numbers, or for one indicator those from before one of its changes."""
    rules = [(one, lead_rules.rule_of(one)) for one in found]
    changed = lead_rules.revision(former) if former else None
    if changed is None:
        return rules
    return [
        (one, lead_rules.before(rule, changed[0]) if one.id == changed[1].id else rule) for one, rule in rules
    ]  # fmt: skip


def _carry_on(form: LeadForm, topic_key: str) -> None:
    """After a conflict the form keeps what was typed and stands on what is stored now."""
    now = {one.key: str(one.edition) for one in lead_rules.of_topic(topic_key)}
    for row in form.rows:
        row.form.edition.data = now.get(row.form.key.data, "")


def _page(form: LeadForm, topic: Topic, known: dict[str, Indicator], effects: Effects | None, actor: Actor) -> str:
    found = indicators.county_figures(actor)
    groups = sorted({one.correlation_group for one in lead_rules.in_use() if one.correlation_group})
    return render_template(
        "evidence/lead.html",
        form=form,
        topic=topic,
        known=known,
        figures=found,
        groups=groups,
        effects=effects,
        heading="" if effects is None else lead_effects.in_words(effects),
        words=words,
        history=_history(actor, topic_key=topic.key),
    )


def _least(facts: IndicatorFacts) -> str:
    kind = facts.rule.min_difference_kind
    return rule_pages.least_difference(facts, facts.rule.min_difference, None if kind is None else kind.value)


def _history(actor: Actor, *, topic_key: str | None = None) -> list[tuple[object, Indicator, str, list[object]]]:
    """The last changes in words: revision, indicator, who, which numbers from what to what."""
    found = lead_rules.latest(topic_key=topic_key, limit=_CHANGES_SHOWN)
    names = naming.users({one.user_id for one, _indicator in found if one.user_id is not None}, actor=actor)
    rows = catalogue_queries.names()
    return [
        (
            one,
            indicator,
            names[one.user_id].text if one.user_id is not None and one.user_id in names else "",
            list(catalogue_words.changes(one.changes, rows, kind=indicator.min_difference_kind)),
        )
        for one, indicator in found
    ]
