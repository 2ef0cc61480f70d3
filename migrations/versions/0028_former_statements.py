"""what the office had entered as a municipality's statement is kept when it corrects that

Revision: 0028
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "finding_former_statement"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("hearing_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.Column("user_id", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hearing_id"], ["finding_hearing.id"], name=op.f("fk_finding_former_statement_hearing_id_finding_hearing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_former_statement")),
    )
    op.create_index(op.f("ix_finding_former_statement_hearing_id"), _NAME, ["hearing_id"])


def downgrade() -> None:
    op.drop_table(_NAME)
