"""organisations and registrations name the topics they work on

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for owner in ("organisation", "registration"):
        name = f"{owner}_topic"
        op.create_table(
            name,
            sa.Column(f"{owner}_id", _ID, nullable=False),
            sa.Column("topic_id", _ID, nullable=False),
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{name}_{owner}_id_{owner}"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f(f"fk_{name}_topic_id_topic")),
            sa.PrimaryKeyConstraint(f"{owner}_id", "topic_id", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_topic_id"), name, ["topic_id"])


def downgrade() -> None:
    for owner in ("registration", "organisation"):
        op.drop_table(f"{owner}_topic")
