"""the catalogue of indicators is edited: editions, revisions, what kind of number, deliveries of departments

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

from portal.core.text import search_key, sort_key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NATURES = ("count", "rate", "mean", "median", "index", "class")
DELIVERIES = ("files", "own")
KINDS = ("created", "changed", "series", "retired", "reinstated", "undone", "delivered")


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _fold_titles() -> None:
    series = sa.table(
        "series", sa.column("id"), sa.column("title"), sa.column("code"), sa.column("unit"), sa.column("sort_key"),
        sa.column("search_key"),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(series.c.id, series.c.title, series.c.code, series.c.unit)).all():
        keys = {
            "sort_key": sort_key(row.title or row.code)[:520],
            "search_key": search_key(row.title, row.code, row.unit),
        }
        connection.execute(series.update().where(series.c.id == row.id).values(**keys))


def upgrade() -> None:
    with op.batch_alter_table("indicator") as table:
        table.add_column(sa.Column("nature", _enum("nature", NATURES), nullable=False, server_default="rate"))
        table.add_column(sa.Column("counts_cases", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("delivery", _enum("delivery", DELIVERIES), nullable=False, server_default="files"))
        table.add_column(sa.Column("delivery_months", sa.Integer()))
        table.add_column(sa.Column("reminded_of", sa.Date()))
        table.add_column(sa.Column("retired_on", sa.Date()))
        table.add_column(sa.Column("retired_why", sa.String(500), nullable=False, server_default=""))
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        table.create_check_constraint(
            op.f("ck_indicator_rhythm_positive"), "delivery_months IS NULL OR delivery_months > 0"
        )
        table.create_check_constraint(
            op.f("ck_indicator_own_figures_have_department"), "delivery <> 'own' OR department_id IS NOT NULL"
        )
        table.create_check_constraint(op.f("ck_indicator_retired_is_not_in_use"), "retired_on IS NULL OR NOT in_use")
    # What `natures.of_unit` says of the units that are shipped.
    op.execute(
        """
        UPDATE indicator SET nature = CASE
            WHEN aggregation = 'sum' THEN 'count'
            WHEN unit LIKE 'Personen je%' THEN 'rate'
            WHEN unit LIKE 'Personen%' OR unit LIKE 'Anzahl%' OR unit LIKE 'km²%' THEN 'count'
            WHEN aggregation = 'population_share' OR unit LIKE 'Minuten%' THEN 'median'
            WHEN unit LIKE 'Index%' THEN 'index'
            WHEN unit LIKE 'Jahre%' OR unit LIKE 'kg je%' OR unit LIKE 'm² je%' OR unit LIKE 'Plätze je%'
                OR unit LIKE '%EUR%' OR unit LIKE '%€%' THEN 'mean'
            ELSE 'rate' END
        """
    )
    op.execute(
        """
        UPDATE indicator SET delivery_months = CASE
            WHEN periodicity LIKE 'jährlich%' THEN 12
            WHEN periodicity LIKE 'halbjährlich%' THEN 6
            WHEN periodicity LIKE 'alle zwei Jahre%' THEN 24
            ELSE NULL END
        """
    )
    with op.batch_alter_table("indicator") as table:
        for column in ("nature", "counts_cases", "delivery", "retired_why", "edition"):
            table.alter_column(column, server_default=None)
    with op.batch_alter_table("series") as table:
        table.add_column(sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("sort_key", sa.String(520), nullable=False, server_default=""))
        table.add_column(sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
    _fold_titles()
    with op.batch_alter_table("series") as table:
        for column in ("is_own", "sort_key", "search_key"):
            table.alter_column(column, server_default=None)
        table.create_index(op.f("ix_series_sort_key"), ["sort_key"])
    op.create_table(
        "indicator_revision",
        sa.Column("indicator_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("revision_kind", KINDS), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("user_id", BIG),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("public_id", sa.String(12), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'undone') = (undoes IS NOT NULL)", name=op.f("ck_indicator_revision_undone_names_what")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_revision_indicator_id_indicator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_revision")),
        sa.UniqueConstraint("indicator_id", "number", name=op.f("uq_indicator_revision_indicator_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_indicator_revision_public_id")),
    )


def downgrade() -> None:
    op.drop_table("indicator_revision")
    with op.batch_alter_table("series") as table:
        table.drop_index(op.f("ix_series_sort_key"))
        for column in ("is_own", "sort_key", "search_key"):
            table.drop_column(column)
    with op.batch_alter_table("indicator") as table:
        for name in ("rhythm_positive", "own_figures_have_department", "retired_is_not_in_use", "nature", "delivery"):
            table.drop_constraint(op.f(f"ck_indicator_{name}"), type_="check")
        for column in (
            "nature", "counts_cases", "delivery", "delivery_months", "reminded_of", "retired_on", "retired_why", "edition",
        ):
            table.drop_column(column)
