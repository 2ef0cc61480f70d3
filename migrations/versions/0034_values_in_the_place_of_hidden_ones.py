"""deliveries count apart what would replace a hidden number

Revision: 0034
Follows: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = "new_values >= 0 AND changed_values >= 0 AND unchanged_values >= 0"


def upgrade() -> None:
    with op.batch_alter_table("import_batch") as table:
        table.add_column(sa.Column("withheld_values", _COUNT, nullable=False, server_default="0"))
        table.drop_constraint(op.f("ck_import_batch_counts_not_negative"), type_="check")
        table.create_check_constraint("counts_not_negative", f"{_BEFORE} AND withheld_values >= 0")
    with op.batch_alter_table("import_batch") as table:
        table.alter_column("withheld_values", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("import_batch") as table:
        table.drop_constraint(op.f("ck_import_batch_counts_not_negative"), type_="check")
        table.create_check_constraint("counts_not_negative", _BEFORE)
        table.drop_column("withheld_values")
