"""versions of rule 1, budget of a recommendation, reminders of hearings, what reopened a finding

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("parameters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_by", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_version_number")),
    )
    op.create_index(op.f("ix_rule_version_fingerprint"), "rule_version", ["fingerprint"])
    with op.batch_alter_table("finding") as finding:
        finding.add_column(
            sa.Column("reopened_change", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'{}'"))
        )
    with op.batch_alter_table("finding") as finding:
        finding.alter_column("reopened_change", server_default=None)
    with op.batch_alter_table("finding_hearing") as hearing:
        hearing.add_column(sa.Column("reminded_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("finding_version") as version:
        version.add_column(sa.Column("product", sa.String(length=120), nullable=False, server_default=""))
        version.add_column(sa.Column("budget_year", sa.Integer(), nullable=True))
        version.add_column(sa.Column("rule_version_id", _ID, nullable=True))
        version.create_index(op.f("ix_finding_version_rule_version_id"), ["rule_version_id"])
        version.create_foreign_key(
            op.f("fk_finding_version_rule_version_id_rule_version"), "rule_version", ["rule_version_id"], ["id"]
        )
    with op.batch_alter_table("finding_version") as version:
        version.alter_column("product", server_default=None)
        version.create_check_constraint("product_has_year", "(product = '') = (budget_year IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("finding_version") as version:
        version.drop_constraint("product_has_year", type_="check")
        version.drop_constraint(op.f("fk_finding_version_rule_version_id_rule_version"), type_="foreignkey")
        version.drop_index(op.f("ix_finding_version_rule_version_id"))
        version.drop_column("rule_version_id")
        version.drop_column("budget_year")
        version.drop_column("product")
    with op.batch_alter_table("finding_hearing") as hearing:
        hearing.drop_column("reminded_at")
    with op.batch_alter_table("finding") as finding:
        finding.drop_column("reopened_change")
    op.drop_table("rule_version")
