"""the database itself keeps released minutes as they are

Revision: 0005
Follows: 0004
"""

from alembic import op

from portal.minutes.triggers import keep_released, let_change

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in keep_released(dialect=op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in let_change(dialect=op.get_bind().dialect.name):
        op.execute(statement)
