"""deliveries know what they were handed in with

Revision: 0036
Follows: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_batch") as table:
        table.add_column(sa.Column("upload", sa.String(12), nullable=True))
        table.create_index(op.f("ix_import_batch_upload"), ["upload"])


def downgrade() -> None:
    with op.batch_alter_table("import_batch") as table:
        table.drop_index(op.f("ix_import_batch_upload"))
        table.drop_column("upload")
