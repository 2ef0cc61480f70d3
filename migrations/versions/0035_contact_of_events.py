"""events say whom to ask, and what they offer so that everybody can take part

Revision: 0035
Follows: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_OFFERS = ("is_step_free", "has_hearing_loop", "has_sign_language")
_TEXTS = (("contact_email", 254), ("contact_phone", 60))


def upgrade() -> None:
    with op.batch_alter_table("conference") as table:
        for name in _OFFERS:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, length in _TEXTS:
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        table.create_check_constraint(
            op.f("ck_conference_phone_beside_address"), "contact_phone = '' OR contact_email <> ''"
        )
    with op.batch_alter_table("conference") as table:
        for name in _OFFERS:
            table.alter_column(name, existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        for name, length in _TEXTS:
            table.alter_column(name, existing_type=sa.String(length), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("conference") as table:
        table.drop_constraint(op.f("ck_conference_phone_beside_address"), type_="check")
        for name in (*_OFFERS, *(name for name, _length in _TEXTS)):
            table.drop_column(name)
