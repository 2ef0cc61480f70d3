"""a locality's official name says which municipality it lies in

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROWS = sa.text(
    "SELECT locality.id, locality.name, locality.search_key, town.name AS town, town.search_key AS town_key"
    " FROM area locality JOIN area_membership ON area_membership.member_id = locality.id"
    " JOIN area town ON town.id = area_membership.group_id"
    " WHERE locality.kind = 'locality' AND area_membership.kind = 'municipality'"
    " ORDER BY area_membership.valid_from"
)


def upgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(_ROWS).all():
        connection.execute(
            sa.text("UPDATE area SET official_name = :name, search_key = :key WHERE id = :id"),
            {"name": f"{row.name} ({row.town})"[:200], "key": f"{row.search_key} {row.town_key}"[:500], "id": row.id},
        )


def downgrade() -> None:
    op.execute("UPDATE area SET official_name = name WHERE kind = 'locality'")
