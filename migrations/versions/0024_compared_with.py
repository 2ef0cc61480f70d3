"""what an indicator's value is compared with: the county, or one of its reference values

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = ("county", "land", "legal", "target")


def upgrade() -> None:
    with op.batch_alter_table("indicator") as table:
        table.add_column(
            sa.Column(
                "compared_with",
                sa.Enum(*KINDS, name="compared_with", native_enum=False, create_constraint=True, length=40),
                nullable=False,
                server_default="county",
            )
        )
    with op.batch_alter_table("indicator") as table:
        table.alter_column("compared_with", existing_type=sa.String(40), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("indicator") as table:
        table.drop_constraint(op.f("ck_indicator_compared_with"), type_="check")
        table.drop_column("compared_with")
