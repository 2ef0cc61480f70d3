"""changes of what of an indicator decides about proposals are revisions of their own kind

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("created", "changed", "series", "retired", "reinstated", "undone", "delivered")
CHECK = "ck_indicator_revision_revision_kind"


def _kinds(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("indicator_revision") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.create_check_constraint(op.f(CHECK), sa.text(f"kind IN ({listed})"))


def upgrade() -> None:
    _kinds((*BEFORE, "rule"))


def downgrade() -> None:
    op.execute("DELETE FROM indicator_revision WHERE kind = 'rule'")
    _kinds(BEFORE)
