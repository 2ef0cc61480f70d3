"""an entry of minutes may name the municipalities or localities it is about

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

from portal.minutes.triggers import PLACES, keep_released, let_change

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "minutes_entry_area"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["minutes_entry.id"], name=op.f("fk_minutes_entry_area_entry_id_minutes_entry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_minutes_entry_area_area_id_area")),
        sa.PrimaryKeyConstraint("entry_id", "area_id", name=op.f("pk_minutes_entry_area")),
    )
    op.create_index(op.f("ix_minutes_entry_area_area_id"), _NAME, ["area_id"])
    for statement in keep_released(dialect=op.get_bind().dialect.name, tables=PLACES):
        op.execute(statement)


def downgrade() -> None:
    for statement in let_change(dialect=op.get_bind().dialect.name, tables=PLACES):
        op.execute(statement)
    op.drop_table(_NAME)
