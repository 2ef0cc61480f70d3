"""items of an agenda have a time

Revision: 0031
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agenda_item") as table:
        table.add_column(sa.Column("begins", sa.Time(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agenda_item") as table:
        table.drop_column("begins")
