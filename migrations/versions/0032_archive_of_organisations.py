"""organisations can stand in the archive

Revision: 0032
Follows: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_BEFORE = ("pending", "verified", "refused")
_STATES = (*_BEFORE, "archived")
_CHECK = "ck_organisation_organisation_state"
_DATED = (
    "(state = 'archived') = (archived_at IS NOT NULL) AND (state = 'archived') = (archived_from IS NOT NULL)"
    " AND (state = 'archived' OR archive_reason = '')"
)


def _states(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("organisation") as table:
        table.drop_constraint(op.f(_CHECK), type_="check")
        table.create_check_constraint(op.f(_CHECK), sa.text(f"state IN ({listed})"))


def upgrade() -> None:
    _states(_STATES)
    before = sa.Enum(*_STATES, name="archived_from", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("archived_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("archived_from", before, nullable=True))
        table.add_column(sa.Column("archive_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("organisation") as table:
        table.create_check_constraint(op.f("ck_organisation_archive_is_dated"), sa.text(_DATED))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.drop_constraint(op.f("ck_organisation_archive_is_dated"), type_="check")
        table.drop_constraint(op.f("ck_organisation_archived_from"), type_="check")
    op.execute("UPDATE organisation SET state = archived_from WHERE state = 'archived'")
    with op.batch_alter_table("organisation") as table:
        for column in ("archive_reason", "archived_from", "archived_at"):
            table.drop_column(column)
    _states(_BEFORE)
