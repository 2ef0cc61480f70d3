"""numerator and denominator of indicators that are computed from counts

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_rate",
        sa.Column("indicator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("part", "events", name="count_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("has_chance_limits", sa.Boolean(), nullable=False),
        sa.Column("numerator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("numerator_dimensions", sa.String(length=1000), nullable=False),
        sa.Column("denominator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("denominator_dimensions", sa.String(length=1000), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=True),
        sa.CheckConstraint("factor > 0", name=op.f("ck_indicator_rate_factor_positive")),
        sa.CheckConstraint(
            "numerator_id <> denominator_id OR numerator_dimensions <> denominator_dimensions",
            name=op.f("ck_indicator_rate_parts_differ"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_rate_indicator_id_indicator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["numerator_id"], ["series.id"], name=op.f("fk_indicator_rate_numerator_id_series")
        ),
        sa.ForeignKeyConstraint(
            ["denominator_id"], ["series.id"], name=op.f("fk_indicator_rate_denominator_id_series")
        ),
        sa.PrimaryKeyConstraint("indicator_id", name=op.f("pk_indicator_rate")),
    )
    op.create_index(op.f("ix_indicator_rate_numerator_id"), "indicator_rate", ["numerator_id"])
    op.create_index(op.f("ix_indicator_rate_denominator_id"), "indicator_rate", ["denominator_id"])


def downgrade() -> None:
    op.drop_table("indicator_rate")
