"""deputies answer through a link of their own; newcomers of a hearing are told

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    answers = sa.Enum(
        "none", "accepted", "declined", name="deputy_reply", native_enum=False, create_constraint=True, length=40
    )
    with op.batch_alter_table("invitation") as batch:
        batch.add_column(sa.Column("deputy_nonce", sa.String(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("deputy_reply", answers, nullable=False, server_default="none"))
        batch.add_column(sa.Column("deputy_replied_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("deputy_note", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(
            op.f("ck_invitation_deputy_reply_dated"), "(deputy_reply = 'none') = (deputy_replied_at IS NULL)"
        )
    with op.batch_alter_table("invitation") as batch:
        for column in ("deputy_nonce", "deputy_reply", "deputy_note"):
            batch.alter_column(column, server_default=None)
    with op.batch_alter_table("access_need") as batch:
        batch.add_column(sa.Column("of_deputy", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f("uq_access_need_invitation_id_kind"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_access_need_invitation_id_kind_of_deputy"), ["invitation_id", "kind", "of_deputy"]
        )
    with op.batch_alter_table("access_need") as batch:
        batch.alter_column("of_deputy", server_default=None)
    with op.batch_alter_table("finding_hearing") as batch:
        batch.add_column(sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("finding_hearing") as batch:
        batch.alter_column("by_mail", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("finding_hearing") as batch:
        batch.drop_column("by_mail")
    op.execute("DELETE FROM access_need WHERE of_deputy")
    with op.batch_alter_table("access_need") as batch:
        batch.drop_constraint(op.f("uq_access_need_invitation_id_kind_of_deputy"), type_="unique")
        batch.create_unique_constraint(op.f("uq_access_need_invitation_id_kind"), ["invitation_id", "kind"])
        batch.drop_column("of_deputy")
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint(op.f("ck_invitation_deputy_reply_dated"), type_="check")
        batch.drop_constraint(op.f("ck_invitation_deputy_reply"), type_="check")
        for column in ("deputy_note", "deputy_replied_at", "deputy_reply", "deputy_nonce"):
            batch.drop_column(column)
