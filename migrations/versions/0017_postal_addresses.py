"""organisations have a postal address

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("street", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("organisation", sa.Column("town", sa.String(length=80), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.drop_column("town")
        table.drop_column("street")
