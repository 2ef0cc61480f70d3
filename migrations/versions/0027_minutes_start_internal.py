"""minutes nobody has released yet are internal: whether they become public is decided afterwards

Revision: 0027
Follows: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE minutes SET is_public = false WHERE NOT EXISTS (SELECT 1 FROM minutes_version"
        " WHERE minutes_version.minutes_id = minutes.id AND minutes_version.state = 'released')"
    )


def downgrade() -> None:
    """Nothing to put back: what was ticked by nobody."""
