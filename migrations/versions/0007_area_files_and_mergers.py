"""files about places that were taken over, and changes of municipalities themselves

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('area_import',
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_format', sa.Enum('gv100ad', 'geojson', name='area_file', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('encoding', sa.String(length=40), nullable=False),
    sa.Column('territorial_date', sa.Date(), nullable=False),
    sa.Column('attribution_key', sa.String(length=80), nullable=False),
    sa.Column('summary', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attribution_key'], ['attribution.key'], name=op.f('fk_area_import_attribution_key_attribution')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_area_import_created_by_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_area_import_public_id'))
    )
    with op.batch_alter_table('area_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_import_attribution_key'), ['attribution_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_import_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_import_sha256'), ['sha256'], unique=False)

    op.create_table('area_merger',
    sa.Column('county_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('incorporation', 'union', 'renaming', 'departure', 'arrival', name='merger_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('elsewhere', sa.String(length=200), nullable=False),
    sa.Column('made_successor', sa.Boolean(), nullable=False),
    sa.Column('former_name', sa.String(length=200), nullable=True),
    sa.Column('former_official_name', sa.String(length=200), nullable=True),
    sa.Column('former_type_name', sa.String(length=60), nullable=True),
    sa.Column('former_square_km', sa.Double(), nullable=True),
    sa.Column('former_valid_from', sa.Date(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(kind = 'departure') = (successor_id IS NULL)", name=op.f('ck_area_merger_departed_has_no_successor')),
    sa.CheckConstraint('(undone_at IS NOT NULL) OR (undone_by_id IS NULL)', name=op.f('ck_area_merger_undone_dated')),
    sa.CheckConstraint('NOT made_successor OR successor_id IS NOT NULL', name=op.f('ck_area_merger_made_has_successor')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_area_merger_county_id_area')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_area_merger_decided_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['successor_id'], ['area.id'], name=op.f('fk_area_merger_successor_id_area')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['user_account.id'], name=op.f('fk_area_merger_undone_by_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_merger')),
    sa.UniqueConstraint('public_id', name=op.f('uq_area_merger_public_id'))
    )
    with op.batch_alter_table('area_merger', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_merger_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_successor_id'), ['successor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_undone_by_id'), ['undone_by_id'], unique=False)

    op.create_table('area_merger_part',
    sa.Column('merger_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('locality_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_merger_part_area_id_area')),
    sa.ForeignKeyConstraint(['locality_id'], ['area.id'], name=op.f('fk_area_merger_part_locality_id_area')),
    sa.ForeignKeyConstraint(['merger_id'], ['area_merger.id'], name=op.f('fk_area_merger_part_merger_id_area_merger'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_merger_part')),
    sa.UniqueConstraint('merger_id', 'area_id', name=op.f('uq_area_merger_part_merger_id_area_id'))
    )
    with op.batch_alter_table('area_merger_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_merger_part_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_part_locality_id'), ['locality_id'], unique=False)

    op.create_table('area_merger_step',
    sa.Column('merger_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('planning_area', 'association', 'municipality', name='membership_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('origin_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('origin_from', sa.Date(), nullable=True),
    sa.Column('origin_to', sa.Date(), nullable=True),
    sa.Column('origin_is_example', sa.Boolean(), nullable=False),
    sa.Column('origin_reason', sa.String(length=500), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('(origin_id IS NULL) = (origin_from IS NULL)', name=op.f('ck_area_merger_step_origin_has_day')),
    sa.CheckConstraint('origin_id IS NOT NULL OR target_id IS NOT NULL', name=op.f('ck_area_merger_step_origin_or_target')),
    sa.ForeignKeyConstraint(['member_id'], ['area.id'], name=op.f('fk_area_merger_step_member_id_area')),
    sa.ForeignKeyConstraint(['merger_id'], ['area_merger.id'], name=op.f('fk_area_merger_step_merger_id_area_merger'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['origin_id'], ['area.id'], name=op.f('fk_area_merger_step_origin_id_area')),
    sa.ForeignKeyConstraint(['target_id'], ['area.id'], name=op.f('fk_area_merger_step_target_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_merger_step')),
    sa.UniqueConstraint('merger_id', 'member_id', 'kind', name=op.f('uq_area_merger_step_merger_id_member_id_kind'))
    )
    with op.batch_alter_table('area_merger_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_merger_step_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_step_origin_id'), ['origin_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_merger_step_target_id'), ['target_id'], unique=False)


def downgrade() -> None:
    for table in ("area_merger_step", "area_merger_part", "area_merger", "area_import"):
        op.drop_table(table)
