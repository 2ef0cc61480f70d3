"""the social index with its versions

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "social_index",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_index")),
        sa.UniqueConstraint("public_id", name=op.f("uq_social_index_public_id")),
    )
    op.create_table(
        "social_index_version",
        sa.Column("index_id", big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("missing_rule", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("user_id", big(), nullable=True),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_social_index_version_number_positive")),
        sa.CheckConstraint("missing_rule IN ('all', 'most')", name=op.f("ck_social_index_version_missing_rule")),
        sa.ForeignKeyConstraint(
            ["index_id"], ["social_index.id"], name=op.f("fk_social_index_version_index_id_social_index"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_index_version")),
        sa.UniqueConstraint("index_id", "number", name=op.f("uq_social_index_version_index_id_number")),
    )
    op.create_table(
        "social_index_part",
        sa.Column("version_id", big(), nullable=False),
        sa.Column("indicator_id", big(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_social_index_part_weight_positive")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["social_index_version.id"],
            name=op.f("fk_social_index_part_version_id_social_index_version"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_social_index_part_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint("version_id", "indicator_id", name=op.f("pk_social_index_part")),
    )
    op.create_index(op.f("ix_social_index_part_indicator_id"), "social_index_part", ["indicator_id"])


def downgrade() -> None:
    op.drop_table("social_index_part")
    op.drop_table("social_index_version")
    op.drop_table("social_index")
