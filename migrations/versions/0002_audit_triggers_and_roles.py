"""audit entries cannot be changed; one row per role

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

from portal.audit.triggers import append_only, changeable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = ("planner", "leadership", "sectoral_planner", "municipality", "provider", "committee", "administrator")


def upgrade() -> None:
    for statement in append_only("audit_entry", dialect=op.get_bind().dialect.name):
        op.execute(statement)
    role = sa.table("role", sa.column("name", sa.String))
    op.bulk_insert(role, [{"name": name} for name in ROLES])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM role"))
    for statement in changeable("audit_entry", dialect=op.get_bind().dialect.name):
        op.execute(statement)
