"""The early-warning list, for the county's staff."""

from typing import Any, cast

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.core.web import attachment, list_arguments
from portal.indicators import early_warning, permissions, queries, warning_words
from portal.indicators.early_warning import Certainty
from portal.indicators.parameters import WARNING_SHARE, parameters
from portal.indicators.views.frame import CSV, blueprint
from portal.settings import services as settings

_FILTERS = ("planungsraum", "thema", "sicherheit")


@blueprint.get("/fruehwarnung")
def early_warnings() -> ResponseReturnValue:
    """Unfavourable developments and levels near a threshold; as a page or as a file."""
    actor = current_actor()
    require(permissions.may_see_warnings(actor))
    figures = queries.county_figures(actor)
    near = settings.get(WARNING_SHARE) / 100
    everything = early_warning.warnings(figures, near=near, trend_periods=parameters().trend_periods)
    arguments = {name: value for name, value in list_arguments().items() if name in _FILTERS}
    found = early_warning.narrowed(
        everything,
        area=arguments.get("planungsraum", ""),
        topic=arguments.get("thema", ""),
        certainty=arguments.get("sicherheit", ""),
    )
    if request.args.get("format") == "csv":
        return attachment(warning_words.warning_csv(found), name="fruehwarnung.csv", media_type=CSV)
    return render_template(
        "indicators/warnings.html",
        warnings=found,
        total=len(everything),
        chosen=arguments,
        areas=figures.composition.planning_areas,
        topics=list(
            dict.fromkeys(
                (one.figures.indicator.topic.key, str(one.figures.indicator.topic.label)) for one in everything
            )
        ),
        certainties=[(member.value, member.label) for member in Certainty],
        near=near,
        download=url_for("indicators.early_warnings", format="csv", **cast(dict[str, Any], arguments)),
        words=warning_words,
    )
