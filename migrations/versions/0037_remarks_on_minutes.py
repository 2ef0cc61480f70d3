"""readers can leave remarks on minutes

Revision: 0037
Follows: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINKS = (
    ("minutes_id", "minutes", "CASCADE"),
    ("person_id", "person", None),
    ("organisation_id", "organisation", None),
    ("done_by_id", "person", None),
    ("correction_id", "minutes_version", "SET NULL"),
)


def upgrade() -> None:
    states = sa.Enum("open", "done", name="remark_state", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "minutes_remark",
        sa.Column("minutes_id", _ID, nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(12), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("state", states, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by_id", _ID, nullable=True),
        sa.Column("correction_id", _ID, nullable=True),
        sa.Column("public_id", sa.String(12), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_minutes_remark_done_dated")
        ),
        sa.CheckConstraint("state = 'done' OR answer = ''", name=op.f("ck_minutes_remark_answered_is_done")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_minutes_remark_{column}_{table}"), ondelete=ondelete
            )
            for column, table, ondelete in _LINKS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_remark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_minutes_remark_public_id")),
    )
    for column, _table, _ondelete in _LINKS:
        op.create_index(op.f(f"ix_minutes_remark_{column}"), "minutes_remark", [column])


def downgrade() -> None:
    op.drop_table("minutes_remark")
