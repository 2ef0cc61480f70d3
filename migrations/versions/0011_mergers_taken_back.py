"""a change of municipalities that was taken back may have lost the municipality it made

Revision: 0011
Follows: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NAME = "ck_area_merger_departed_has_no_successor"
_BEFORE = "(kind = 'departure') = (successor_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("area_merger") as merger:
        merger.drop_constraint(op.f(_NAME), type_="check")
        merger.create_check_constraint(op.f(_NAME), f"undone_at IS NOT NULL OR {_BEFORE}")


def downgrade() -> None:
    with op.batch_alter_table("area_merger") as merger:
        merger.drop_constraint(op.f(_NAME), type_="check")
        merger.create_check_constraint(op.f(_NAME), _BEFORE)
