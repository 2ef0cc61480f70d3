"""The rule that proposes: its numbers, and every version they had."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.evidence import permissions, queries, words
from portal.evidence.parameters import thresholds
from portal.evidence.rules import pages as rule_pages
from portal.evidence.rules import versions as rule_versions
from portal.evidence.views.frame import blueprint
from portal.indicators.parameters import TREND_PERIODS
from portal.settings.page_cache import cached_page


@blueprint.get("/befunde/regel")
@cached_page(queries.VERSION)
def rule() -> ResponseReturnValue:
    """Rule 1 in words and numbers; `?fassung=2` beside today's numbers."""
    now = rule_versions.parameters_now()
    asked = request.args.get("fassung", type=int)
    versions = {version.number: version for version in rule_versions.all_versions()}
    if asked is not None and asked not in versions:
        raise NotFound
    then = rule_versions.completed(versions[asked].parameters) if asked is not None else now
    actor, limits = current_actor(), thresholds()
    return render_template(
        "evidence/rule.html",
        named=rule_pages.named(rule_versions.shown()),
        asked=None if asked is None else versions[asked],
        groups=rule_pages.groups(rule_pages.rows(then, now)),
        versions=rule_pages.version_rows(actor),
        limits=limits,
        trend_periods=now[TREND_PERIODS],
        enough=words.enough_organisations(limits),
        may_change=permissions.may_change_rule(actor),
    )
