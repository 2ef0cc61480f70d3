"""answers to remarks that were opened again are kept

Revision: 0040
Follows: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "former_remark_answer"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("remark_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["remark_id"],
            ["minutes_remark.id"],
            name=op.f(f"fk_{_TABLE}_remark_id_minutes_remark"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_remark_id"), _TABLE, ["remark_id"])


def downgrade() -> None:
    op.drop_table(_TABLE)
