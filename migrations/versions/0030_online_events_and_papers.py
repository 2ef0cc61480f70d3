"""events online, what they cost, and their papers

Revision: 0030
Follows: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAYS = ("on_site", "online", "both")


def upgrade() -> None:
    ways = sa.Enum(*_WAYS, name="attending", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("conference") as table:
        table.add_column(sa.Column("attending", ways, nullable=False, server_default="on_site"))
        table.add_column(sa.Column("online_url", sa.String(500), nullable=False, server_default=""))
        table.add_column(sa.Column("costs", sa.String(200), nullable=False, server_default=""))
        table.create_check_constraint(
            op.f("ck_conference_online_url_of_online_event"), "attending <> 'on_site' OR online_url = ''"
        )
    with op.batch_alter_table("conference") as table:
        table.alter_column("attending", existing_type=sa.String(40), existing_nullable=False, server_default=None)
        table.alter_column("online_url", existing_type=sa.String(500), existing_nullable=False, server_default=None)
        table.alter_column("costs", existing_type=sa.String(200), existing_nullable=False, server_default=None)
    op.create_table(
        "conference_file",
        sa.Column("conference_id", _ID, nullable=False),
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(12), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_conference_file_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_conference_file_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_conference_file_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conference_file_public_id")),
    )
    op.create_index(op.f("ix_conference_file_conference_id"), "conference_file", ["conference_id"])


def downgrade() -> None:
    op.drop_table("conference_file")
    with op.batch_alter_table("conference") as table:
        table.drop_constraint(op.f("ck_conference_online_url_of_online_event"), type_="check")
        table.drop_constraint(op.f("ck_conference_attending"), type_="check")
        for column in ("costs", "online_url", "attending"):
            table.drop_column(column)
