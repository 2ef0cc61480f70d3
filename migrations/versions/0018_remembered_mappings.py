"""how files of no known format are read is remembered per source; a delivery may wait for an answer

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = ("reading", "refused", "staged", "active", "undone")
AFTER = ("reading", "asking", "refused", "staged", "active", "undone")
STATES = (("import_batch", "state", "batch_state"), ("import_batch_event", "new_state", "batch_state"),
          ("import_batch_event", "old_state", "old_batch_state"))


def big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _allow(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    for table, column, name in STATES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({listed})")


def upgrade() -> None:
    _allow(AFTER)
    op.create_table(
        "import_mapping",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=140), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("name", name=op.f("uq_import_mapping_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_mapping_public_id")),
    )
    op.create_index(op.f("ix_import_mapping_sort_key"), "import_mapping", ["sort_key"])
    op.create_index(op.f("ix_import_mapping_fingerprint"), "import_mapping", ["fingerprint"])
    op.create_table(
        "import_mapping_version",
        sa.Column("mapping_id", big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("user_id", big(), nullable=True),
        sa.Column("id", big(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_import_mapping_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["mapping_id"], ["import_mapping.id"], name=op.f("fk_import_mapping_version_mapping_id_import_mapping"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping_version")),
        sa.UniqueConstraint("mapping_id", "number", name=op.f("uq_import_mapping_version_mapping_id_number")),
    )


def downgrade() -> None:
    op.drop_table("import_mapping_version")
    op.drop_table("import_mapping")
    op.execute("UPDATE import_batch SET state = 'refused' WHERE state = 'asking'")
    op.execute("UPDATE import_batch_event SET new_state = 'refused' WHERE new_state = 'asking'")
    op.execute("UPDATE import_batch_event SET old_state = 'reading' WHERE old_state = 'asking'")
    _allow(BEFORE)
