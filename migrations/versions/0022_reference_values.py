"""reference values of indicators

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "indicator_reference",
        sa.Column("indicator_id", big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("refers_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", big(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", big(), nullable=True),
        sa.Column("ended_why", sa.String(length=500), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_indicator_reference_validity_in_order")
        ),
        sa.CheckConstraint("source <> ''", name=op.f("ck_indicator_reference_has_source")),
        sa.CheckConstraint("kind IN ('land', 'legal', 'target')", name=op.f("ck_indicator_reference_reference_kind")),
        sa.CheckConstraint(
            "direction IN ('at_least', 'at_most', 'compare')",
            name=op.f("ck_indicator_reference_reference_direction"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_reference_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_reference")),
        sa.UniqueConstraint("indicator_id", "number", name=op.f("uq_indicator_reference_indicator_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_indicator_reference_public_id")),
    )


def downgrade() -> None:
    op.drop_table("indicator_reference")
