"""how a deputy's answer came: until now through the link, from now on also by telephone and letter

Revision: 0029
Follows: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    channels = sa.Enum(
        "link", "telephone", "letter", name="deputy_channel", native_enum=False, create_constraint=True, length=40
    )
    with op.batch_alter_table("invitation") as batch:
        batch.add_column(sa.Column("deputy_channel", channels, nullable=True))
    op.execute("UPDATE invitation SET deputy_channel = 'link' WHERE deputy_reply <> 'none'")
    with op.batch_alter_table("invitation") as batch:
        batch.create_check_constraint(
            op.f("ck_invitation_deputy_reply_came"), "(deputy_reply = 'none') = (deputy_channel IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint(op.f("ck_invitation_deputy_reply_came"), type_="check")
        batch.drop_constraint(op.f("ck_invitation_deputy_channel"), type_="check")
        batch.drop_column("deputy_channel")
