"""deliveries of unknown publishers name their licence

Revision: 0038
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("series_source") as table:
        table.add_column(sa.Column("licence", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("series_source") as table:
        table.alter_column("licence", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("series_source") as table:
        table.drop_column("licence")
