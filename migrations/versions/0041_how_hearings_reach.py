"""hearings know how a municipality was told of them

Hearings from before count as told by mail on their first day: how they were told was not kept.

Revision: 0041
Follows: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_NEWS = sa.Enum("stopped", "resumed", name="letter_news", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("finding_hearing") as table:
        table.add_column(sa.Column("mailed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("letter_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("letter_news", _NEWS, nullable=True))
    op.execute("UPDATE finding_hearing SET mailed_on = begins_on WHERE by_mail")


def downgrade() -> None:
    with op.batch_alter_table("finding_hearing") as table:
        table.drop_constraint(op.f("ck_finding_hearing_letter_news"), type_="check")
        table.drop_column("letter_news")
        table.drop_column("letter_on")
        table.drop_column("mailed_on")
