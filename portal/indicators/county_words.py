"""What the county's value is, and whether it leaves municipalities out."""

from flask_babel import gettext as _

from portal.indicators import words
from portal.indicators.aggregation import AreaValueState, CountyBasis, CountyValue
from portal.indicators.figures import IndicatorFigures


def county_note(figures: IndicatorFigures) -> str:
    """What the county's value is: computed and how, published, or a class."""
    if figures.county.text:
        return _("veröffentlichte Klasse")
    if figures.county.basis is CountyBasis.COMPUTED and figures.indicator.is_share_above:
        known = words.coverage(figures.county.computed) if figures.county.computed is not None else ""
        return f"{words.method(figures.indicator)}. {known}" if known else words.method(figures.indicator)
    if figures.county.basis is CountyBasis.TOO_FEW and figures.county.computed is not None:
        return words.coverage(figures.county.computed)
    return county_basis(figures.county)


def county_basis(value: CountyValue) -> str:
    """Where the county's value comes from; of one that leaves municipalities out, for how many people it stands."""
    label, computed = str(value.basis.label), value.computed
    if value.basis is not CountyBasis.COMPUTED or computed is None or not words.coverage(computed):
        return label
    if computed.state is AreaValueState.SECRET:
        reason = _("unvollständig, weil Gemeindewerte geheim sind")
    else:
        reason = _("unvollständig, weil Gemeindewerte fehlen")
    return f"{label}; {reason}. {words.coverage(computed)}"


def incomplete_county(value: CountyValue) -> str:
    """A sentence beside pictures that measure places against the county, where its value leaves municipalities out."""
    computed = value.computed
    if value.basis is not CountyBasis.COMPUTED or computed is None or not words.coverage(computed):
        return ""
    return _("Der Wert des Landkreises ist unvollständig: %(share)s.", share=words.coverage(computed))
