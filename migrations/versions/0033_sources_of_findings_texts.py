"""texts of a finding name the sources of their numbers

Revision: 0033
Follows: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.Column("text_sources", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'[]'"))
    with op.batch_alter_table("finding_version") as table:
        table.add_column(kept)
    with op.batch_alter_table("finding_version") as table:
        table.alter_column("text_sources", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("finding_version") as table:
        table.drop_column("text_sources")
