"""what staff said of indicators and what was said

Revision: 0020
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "indicator_link",
        sa.Column("indicator_id", big(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=220), nullable=False),
        sa.Column("survey_id", big(), nullable=True),
        sa.Column("statement_id", big(), nullable=True),
        sa.Column("minutes_id", big(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("user_id", big(), nullable=True),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'survey_item' AND survey_id IS NOT NULL AND statement_id IS NULL AND minutes_id IS NULL)"
            " OR (kind = 'statement' AND statement_id IS NOT NULL AND survey_id IS NULL AND minutes_id IS NULL)"
            " OR (kind = 'minutes_entry' AND minutes_id IS NOT NULL AND survey_id IS NULL AND statement_id IS NULL)",
            name=op.f("ck_indicator_link_one_end"),
        ),
        sa.CheckConstraint(
            "kind IN ('survey_item', 'statement', 'minutes_entry', 'indicator')",
            name=op.f("ck_indicator_link_source_kind"),
        ),
        sa.CheckConstraint("state IN ('linked', 'declined')", name=op.f("ck_indicator_link_link_state")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_link_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_indicator_link_survey_id_survey")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["needs_statement.id"], name=op.f("fk_indicator_link_statement_id_needs_statement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["minutes_id"], ["minutes.id"], name=op.f("fk_indicator_link_minutes_id_minutes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_link")),
        sa.UniqueConstraint(
            "indicator_id", "kind", "target", name=op.f("uq_indicator_link_indicator_id_kind_target")
        ),
    )
    for column in ("survey_id", "statement_id", "minutes_id"):
        op.create_index(op.f(f"ix_indicator_link_{column}"), "indicator_link", [column])


def downgrade() -> None:
    op.drop_table("indicator_link")
