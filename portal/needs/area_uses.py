"""Needs statements that are about places, and numbers in them."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.needs.models import StatementNumber, statement_area

USES = [
    References(
        _l("Bedarfshinweise"),
        (
            (statement_area.c.statement_id, statement_area.c.area_id),
            (StatementNumber.statement_id, StatementNumber.area_id),
        ),
    ),
]
