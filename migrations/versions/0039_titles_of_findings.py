"""findings have a title

Revision: 0039
Follows: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("finding_version") as table:
        table.add_column(sa.Column("title", sa.String(120), nullable=False, server_default=""))
    with op.batch_alter_table("finding_version") as table:
        table.alter_column("title", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("finding_version") as table:
        table.drop_column("title")
