"""texts in Leichte Sprache about planning areas

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "easy_text",
        sa.Column("area_id", big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=False),
        sa.Column("written_by", big(), nullable=True),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("released_by", big(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR released_at IS NOT NULL", name=op.f("ck_easy_text_withdrawn_was_released")
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR written_by IS NULL OR released_by <> written_by",
            name=op.f("ck_easy_text_two_people"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_easy_text_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_easy_text")),
        sa.UniqueConstraint("area_id", "number", name=op.f("uq_easy_text_area_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_easy_text_public_id")),
    )


def downgrade() -> None:
    op.drop_table("easy_text")
