"""Classes of cost of an alternative: rough on purpose, the amount belongs into the decision paper."""

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class CostClass(Worded):
    """What an alternative costs per year, in the county's three classes."""

    SMALL = "gering", _l("gering (unter 10.000 EUR im Jahr)")
    MEDIUM = "mittel", _l("mittel (10.000 bis 100.000 EUR im Jahr)")
    LARGE = "hoch", _l("hoch (über 100.000 EUR im Jahr)")


COSTS = {member.value: member for member in CostClass}
