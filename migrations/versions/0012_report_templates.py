"""the county's own Word templates

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_template",
        sa.Column(
            "kind",
            sa.Enum("dossier", "committee_paper", name="report_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_report_template_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_template_public_id")),
    )
    op.create_index(op.f("ix_report_template_kind"), "report_template", ["kind"])
    op.create_index(op.f("ix_report_template_file_id"), "report_template", ["file_id"])


def downgrade() -> None:
    op.drop_table("report_template")
