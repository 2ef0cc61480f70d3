"""first tables

Revision: 0001
Follows: 
"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attribution',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('publisher', sa.String(length=300), nullable=False),
    sa.Column('licence', sa.String(length=200), nullable=False),
    sa.Column('licence_url', sa.String(length=300), nullable=True),
    sa.Column('open_data_licence', sa.String(length=300), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_url', sa.String(length=300), nullable=True),
    sa.Column('as_of', sa.String(length=60), nullable=True),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_attribution'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('actor_kind', sa.Enum('person', 'anonymous', 'system', name='actor_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_type', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('details', sa.JSON(none_as_null=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_subject_type_subject_id'), ['subject_type', 'subject_id'], unique=False)

    op.create_table('data_version',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_data_version'))
    )
    op.create_table('department',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('sort_key', sa.String(length=220), nullable=False),
    sa.Column('archived_at', sa.DateTime(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('name', name=op.f('uq_department_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_department_public_id'))
    )
    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_department_sort_key'), ['sort_key'], unique=False)

    op.create_table('import_batch',
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_format', sa.String(length=40), nullable=False),
    sa.Column('encoding', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('reading', 'refused', 'staged', 'active', 'undone', name='batch_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('new_values', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('changed_values', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unchanged_values', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('summary', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('touched_at', sa.DateTime(), nullable=False),
    sa.Column('compared_with', sa.String(length=60), nullable=False),
    sa.Column('activated_at', sa.DateTime(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name=op.f('ck_import_batch_undone_has_time')),
    sa.CheckConstraint("(state IN ('active', 'undone')) = (activated_at IS NOT NULL)", name=op.f('ck_import_batch_active_has_time')),
    sa.CheckConstraint('new_values >= 0 AND changed_values >= 0 AND unchanged_values >= 0', name=op.f('ck_import_batch_counts_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sa.UniqueConstraint('public_id', name=op.f('uq_import_batch_public_id'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batch_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batch_touched_at'), ['touched_at'], unique=False)

    op.create_table('job',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('unique_key', sa.String(length=120), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('run_at', sa.DateTime(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', name='job_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=80), nullable=True),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('progress_done', sa.Integer(), nullable=False),
    sa.Column('progress_total', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f('ck_job_running_has_lease')),
    sa.CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name=op.f('ck_job_finished_has_time')),
    sa.CheckConstraint('progress_done >= 0 AND progress_total >= 0', name=op.f('ck_job_progress_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_public_id')),
    sa.UniqueConstraint('unique_key', name=op.f('uq_job_unique_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_state_priority_run_at'), ['state', 'priority', 'run_at'], unique=False)

    op.create_table('outbox_message',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('occasion', sa.String(length=80), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('recipient_name', sa.String(length=200), nullable=False),
    sa.Column('search_key', sa.String(length=900), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('calendar', sa.Text(), nullable=True),
    sa.Column('calendar_method', sa.String(length=20), nullable=True),
    sa.Column('headers', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sending', 'sent', 'undeliverable', 'withdrawn', name='message_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(), nullable=False),
    sa.Column('lease_until', sa.DateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=80), nullable=True),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.Column('last_reply', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name=op.f('ck_outbox_message_sending_has_lease')),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_outbox_message_sent_has_time')),
    sa.CheckConstraint('(calendar IS NULL) = (calendar_method IS NULL)', name=op.f('ck_outbox_message_calendar_has_method')),
    sa.CheckConstraint('sequence >= 0', name=op.f('ck_outbox_message_sequence_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_message_message_id')),
    sa.UniqueConstraint('occasion', 'recipient', 'sequence', name=op.f('uq_outbox_message_occasion_recipient_sequence')),
    sa.UniqueConstraint('public_id', name=op.f('uq_outbox_message_public_id'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_message_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_state_priority_next_attempt_at'), ['state', 'priority', 'next_attempt_at'], unique=False)

    op.create_table('role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Enum('planner', 'leadership', 'sectoral_planner', 'municipality', 'provider', 'committee', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=True),
    sa.Column('permissions', sa.UnicodeText(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('schedule',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('every_seconds', sa.Integer(), nullable=False),
    sa.Column('next_run_at', sa.DateTime(), nullable=False),
    sa.Column('last_run_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('every_seconds > 0', name=op.f('ck_schedule_interval_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule')),
    sa.UniqueConstraint('name', name=op.f('uq_schedule_name'))
    )
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_schedule_next_run_at'), ['next_run_at'], unique=False)

    op.create_table('series',
    sa.Column('code', sa.String(length=100), nullable=False),
    sa.Column('unit', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('data_basis', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('code', 'unit', name=op.f('uq_series_code_unit')),
    sa.UniqueConstraint('public_id', name=op.f('uq_series_public_id'))
    )
    op.create_table('setting',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting'))
    )
    op.create_table('setting_change',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('old', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('new', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting_change'))
    )
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_setting_change_key'), ['key'], unique=False)

    op.create_table('sign_in_attempt',
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('attempts > 0', name=op.f('ck_sign_in_attempt_attempts_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt')),
    sa.UniqueConstraint('subject', name=op.f('uq_sign_in_attempt_subject'))
    )
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_attempt_since'), ['since'], unique=False)

    op.create_table('stored_file',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('size >= 0', name=op.f('ck_stored_file_size_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('public_id', name=op.f('uq_stored_file_public_id'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_sha256'), ['sha256'], unique=False)

    op.create_table('topic',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('key', name=op.f('uq_topic_key'))
    )
    op.create_table('worker',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker')),
    sa.UniqueConstraint('name', name=op.f('uq_worker_name'))
    )
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worker_seen_at'), ['seen_at'], unique=False)

    op.create_table('area',
    sa.Column('kind', sa.Enum('county', 'planning_area', 'association', 'municipality', 'locality', name='area_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('county_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('key', sa.String(length=40), nullable=True),
    sa.Column('regional_key', sa.String(length=12), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('official_name', sa.String(length=200), nullable=False),
    sa.Column('type_name', sa.String(length=60), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('sort_key', sa.String(length=220), nullable=False),
    sa.Column('search_key', sa.String(length=500), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('character', sa.String(length=120), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('seat_postcode', sa.String(length=5), nullable=True),
    sa.Column('square_km', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('urbanisation', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('attribution_key', sa.String(length=80), nullable=True),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(kind = 'county') = (county_id IS NULL)", name=op.f('ck_area_county_has_no_county')),
    sa.CheckConstraint("kind NOT IN ('county', 'municipality') OR key IS NOT NULL", name=op.f('ck_area_official_has_key')),
    sa.CheckConstraint('valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from', name=op.f('ck_area_validity_in_order')),
    sa.ForeignKeyConstraint(['attribution_key'], ['attribution.key'], name=op.f('fk_area_attribution_key_attribution')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_area_county_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('kind', 'key', name=op.f('uq_area_kind_key')),
    sa.UniqueConstraint('kind', 'slug', name=op.f('uq_area_kind_slug')),
    sa.UniqueConstraint('public_id', name=op.f('uq_area_public_id'))
    )
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_attribution_key'), ['attribution_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_regional_key'), ['regional_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_sort_key'), ['sort_key'], unique=False)

    op.create_table('import_batch_event',
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('old_state', sa.Enum('reading', 'refused', 'staged', 'active', 'undone', name='old_batch_state', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('new_state', sa.Enum('reading', 'refused', 'staged', 'active', 'undone', name='batch_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_batch_event_batch_id_import_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch_event'))
    )
    with op.batch_alter_table('import_batch_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_event_batch_id'), ['batch_id'], unique=False)

    op.create_table('indicator',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('sort_key', sa.String(length=320), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('topic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('formula', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(length=200), nullable=False),
    sa.Column('unit_short', sa.String(length=40), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('polarity', sa.Enum('high_favourable', 'high_unfavourable', 'neutral', name='polarity', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('aggregation', sa.Enum('sum', 'rate', 'population_weighted_mean', 'population_share', 'none', name='aggregation', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('threshold', sa.Double(), nullable=True),
    sa.Column('rate_basis', sa.Enum('area_share', 'population_per_area', 'counts', name='rate_basis', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('area_unit', sa.String(length=200), nullable=False),
    sa.Column('area_unit_short', sa.String(length=40), nullable=False),
    sa.Column('min_difference', sa.Double(), nullable=True),
    sa.Column('min_difference_kind', sa.Enum('absolute', 'relative', name='difference_kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('age_limit_years', sa.Integer(), nullable=False),
    sa.Column('correlation_group', sa.String(length=80), nullable=True),
    sa.Column('is_lead', sa.Boolean(), nullable=False),
    sa.Column('standard_value', sa.Double(), nullable=True),
    sa.Column('standard_scope', sa.Enum('area_value', 'municipality_values', name='standard_scope', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('standard_tolerance', sa.Double(), nullable=False),
    sa.Column('standard_source', sa.Text(), nullable=False),
    sa.Column('caveat', sa.Text(), nullable=False),
    sa.Column('smallest_level', sa.String(length=120), nullable=False),
    sa.Column('periodicity', sa.String(length=120), nullable=False),
    sa.Column('typical_source', sa.Text(), nullable=False),
    sa.Column('used_in', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('visibility', sa.Enum('public', 'internal', name='visibility', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('next_due', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(aggregation = 'population_share') = (threshold IS NOT NULL)", name=op.f('ck_indicator_share_has_threshold')),
    sa.CheckConstraint("(aggregation = 'rate') = (rate_basis IS NOT NULL)", name=op.f('ck_indicator_rate_has_basis')),
    sa.CheckConstraint('(min_difference IS NULL) = (min_difference_kind IS NULL)', name=op.f('ck_indicator_difference_has_kind')),
    sa.CheckConstraint('(standard_value IS NULL) = (standard_scope IS NULL)', name=op.f('ck_indicator_standard_has_scope')),
    sa.CheckConstraint('age_limit_years > 0', name=op.f('ck_indicator_age_limit_positive')),
    sa.CheckConstraint('decimals BETWEEN 0 AND 6', name=op.f('ck_indicator_decimals_in_bounds')),
    sa.CheckConstraint('min_difference IS NULL OR min_difference > 0', name=op.f('ck_indicator_difference_positive')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_indicator_department_id_department')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_indicator_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('key', name=op.f('uq_indicator_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_indicator_public_id'))
    )
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_indicator_correlation_group'), ['correlation_group'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_in_use'), ['in_use'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_sort_key'), ['sort_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_topic_id'), ['topic_id'], unique=False)

    op.create_table('series_source',
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('attribution_key', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['attribution_key'], ['attribution.key'], name=op.f('fk_series_source_attribution_key_attribution')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_series_source_batch_id_import_batch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_source_series_id_series')),
    sa.PrimaryKeyConstraint('batch_id', 'series_id', 'period', name=op.f('pk_series_source'))
    )
    with op.batch_alter_table('series_source', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_source_attribution_key'), ['attribution_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_source_series_id'), ['series_id'], unique=False)

    op.create_table('user_account',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sort_key', sa.String(length=220), nullable=False),
    sa.Column('search_key', sa.String(length=500), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=True),
    sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
    sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
    sa.Column('tf_last_counter', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('mf_recovery_codes', sa.UnicodeText(), nullable=True),
    sa.Column('last_seen_at', sa.DateTime(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_user_account_email_lower_case')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_user_account_department_id_department')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_account_fs_uniquifier')),
    sa.UniqueConstraint('public_id', name=op.f('uq_user_account_public_id'))
    )
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_account_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_account_sort_key'), ['sort_key'], unique=False)

    op.create_table('area_membership',
    sa.Column('kind', sa.Enum('planning_area', 'association', 'municipality', name='membership_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('is_example', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('group_id <> member_id', name=op.f('ck_area_membership_not_itself')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_area_membership_validity_in_order')),
    sa.ForeignKeyConstraint(['group_id'], ['area.id'], name=op.f('fk_area_membership_group_id_area')),
    sa.ForeignKeyConstraint(['member_id'], ['area.id'], name=op.f('fk_area_membership_member_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_membership'))
    )
    with op.batch_alter_table('area_membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_membership_group_id_kind'), ['group_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_membership_member_id'), ['member_id'], unique=False)
        batch_op.create_index('uq_area_membership_open', ['member_id', 'kind'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))

    op.create_table('area_regrouping',
    sa.Column('county_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('(undone_at IS NULL) OR (undone_at >= created_at)', name=op.f('ck_area_regrouping_undone_later')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_area_regrouping_county_id_area')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_area_regrouping_decided_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['target_id'], ['area.id'], name=op.f('fk_area_regrouping_target_id_area')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['user_account.id'], name=op.f('fk_area_regrouping_undone_by_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_regrouping')),
    sa.UniqueConstraint('public_id', name=op.f('uq_area_regrouping_public_id'))
    )
    with op.batch_alter_table('area_regrouping', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_regrouping_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_regrouping_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_regrouping_target_id'), ['target_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_regrouping_undone_by_id'), ['undone_by_id'], unique=False)

    op.create_table('boundary_set',
    sa.Column('county_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attribution_key', sa.String(length=80), nullable=False),
    sa.Column('territorial_date', sa.Date(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attribution_key'], ['attribution.key'], name=op.f('fk_boundary_set_attribution_key_attribution')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_boundary_set_county_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boundary_set')),
    sa.UniqueConstraint('public_id', name=op.f('uq_boundary_set_public_id'))
    )
    with op.batch_alter_table('boundary_set', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_boundary_set_attribution_key'), ['attribution_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_boundary_set_county_id'), ['county_id'], unique=False)

    op.create_table('indicator_series',
    sa.Column('indicator_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=True),
    sa.Column('dimensions', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_indicator_series_indicator_id_indicator'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_indicator_series_series_id_series')),
    sa.PrimaryKeyConstraint('indicator_id', 'series_id', name=op.f('pk_indicator_series'))
    )
    with op.batch_alter_table('indicator_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_indicator_series_series_id'), ['series_id'], unique=False)

    op.create_table('organisation',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sort_key', sa.String(length=220), nullable=False),
    sa.Column('search_key', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.Enum('municipality', 'municipal_association', 'county_department', 'welfare_provider', 'commercial_provider', 'jobcenter', 'school', 'health_office', 'initiative', 'interest_group', 'other', name='organisation_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('umbrella', sa.Enum('caritas', 'diakonie', 'awo', 'drk', 'paritaetischer', 'zwst', name='umbrella', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('state', sa.Enum('pending', 'verified', 'refused', name='organisation_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=False),
    sa.Column('postcode', sa.String(length=5), nullable=True),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_organisation_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_organisation_public_id'))
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_sort_key'), ['sort_key'], unique=False)

    op.create_table('person',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sort_key', sa.String(length=220), nullable=False),
    sa.Column('search_key', sa.String(length=500), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('channel', sa.Enum('mail', 'letter', name='channel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_person_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('public_id', name=op.f('uq_person_public_id')),
    sa.UniqueConstraint('user_id', name=op.f('uq_person_user_id'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_sort_key'), ['sort_key'], unique=False)

    op.create_table('series_value',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('period_kind', sa.Enum('date', 'year', 'month', 'range', 'school_year', name='period_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('dimensions', sa.String(length=1000), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('text_value', sa.String(length=200), nullable=True),
    sa.Column('state', sa.Enum('reported', 'zero', 'zero_or_set_to_zero', 'rounded_to_zero', 'limited_validity', 'provisional', 'revised', 'estimated', 'class_interval', 'zero_or_not_available', 'suppressed', 'unreliable_not_shown', 'not_yet_available', 'not_meaningful', 'missing', 'source_error', name='value_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('territorial_date', sa.Date(), nullable=True),
    sa.Column('census_base', sa.Enum('census_1987', 'census_2011', 'census_2022', name='census_base', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.CheckConstraint("(text_value IS NOT NULL) = (state = 'class_interval')", name=op.f('ck_series_value_state_fits_text')),
    sa.CheckConstraint("(value IS NULL) = (state IN ('class_interval', 'missing', 'not_meaningful', 'not_yet_available', 'source_error', 'suppressed', 'unreliable_not_shown', 'zero_or_not_available'))", name=op.f('ck_series_value_state_fits_number')),
    sa.CheckConstraint('value IS NULL OR text_value IS NULL', name=op.f('ck_series_value_number_or_text')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_series_value_area_id_area')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_series_value_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_value_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series_value')),
    sa.UniqueConstraint('batch_id', 'series_id', 'area_id', 'period', 'dimensions', name=op.f('uq_series_value_batch_id_series_id_area_id_period_dimensions'))
    )
    with op.batch_alter_table('series_value', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_value_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_value_series_id_area_id_period'), ['series_id', 'area_id', 'period'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_sign_in_session_user_id_user_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('public_id', name=op.f('uq_sign_in_session_public_id'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_session_user_id'), ['user_id'], unique=False)

    op.create_table('user_invitation',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.Column('invited_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('expires_at > created_at', name=op.f('ck_user_invitation_expires_later')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_invitation_user_id_user_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_invitation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_user_invitation_public_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_invitation_token_hash'))
    )
    with op.batch_alter_table('user_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_invitation_user_id'), ['user_id'], unique=False)

    op.create_table('user_role',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_user_role_role_id_role'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_role_user_id_user_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_user_role'))
    )
    with op.batch_alter_table('user_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_role_role_id'), ['role_id'], unique=False)

    op.create_table('area_regrouping_step',
    sa.Column('regrouping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('origin_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('origin_from', sa.Date(), nullable=True),
    sa.Column('origin_to', sa.Date(), nullable=True),
    sa.Column('origin_is_example', sa.Boolean(), nullable=False),
    sa.Column('origin_reason', sa.String(length=500), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('(origin_id IS NULL) = (origin_from IS NULL)', name=op.f('ck_area_regrouping_step_origin_has_day')),
    sa.ForeignKeyConstraint(['member_id'], ['area.id'], name=op.f('fk_area_regrouping_step_member_id_area')),
    sa.ForeignKeyConstraint(['origin_id'], ['area.id'], name=op.f('fk_area_regrouping_step_origin_id_area')),
    sa.ForeignKeyConstraint(['regrouping_id'], ['area_regrouping.id'], name=op.f('fk_area_regrouping_step_regrouping_id_area_regrouping'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_regrouping_step')),
    sa.UniqueConstraint('regrouping_id', 'member_id', name=op.f('uq_area_regrouping_step_regrouping_id_member_id'))
    )
    with op.batch_alter_table('area_regrouping_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_regrouping_step_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_regrouping_step_origin_id'), ['origin_id'], unique=False)

    op.create_table('boundary_neighbour',
    sa.Column('set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('neighbour_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_boundary_neighbour_area_id_area')),
    sa.ForeignKeyConstraint(['neighbour_id'], ['area.id'], name=op.f('fk_boundary_neighbour_neighbour_id_area')),
    sa.ForeignKeyConstraint(['set_id'], ['boundary_set.id'], name=op.f('fk_boundary_neighbour_set_id_boundary_set'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('set_id', 'area_id', 'neighbour_id', name=op.f('pk_boundary_neighbour'))
    )
    with op.batch_alter_table('boundary_neighbour', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_boundary_neighbour_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_boundary_neighbour_neighbour_id'), ['neighbour_id'], unique=False)

    op.create_table('boundary_shape',
    sa.Column('set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('left', sa.Integer(), nullable=False),
    sa.Column('top', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('bottom', sa.Integer(), nullable=False),
    sa.Column('label_x', sa.Integer(), nullable=False),
    sa.Column('label_y', sa.Integer(), nullable=False),
    sa.Column('geometry', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_boundary_shape_area_id_area')),
    sa.ForeignKeyConstraint(['set_id'], ['boundary_set.id'], name=op.f('fk_boundary_shape_set_id_boundary_set'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boundary_shape')),
    sa.UniqueConstraint('set_id', 'area_id', name=op.f('uq_boundary_shape_set_id_area_id'))
    )
    with op.batch_alter_table('boundary_shape', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_boundary_shape_area_id'), ['area_id'], unique=False)

    op.create_table('organisation_area',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_organisation_area_area_id_area')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_area_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', 'area_id', name=op.f('pk_organisation_area'))
    )
    with op.batch_alter_table('organisation_area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_area_area_id'), ['area_id'], unique=False)

    op.create_table('representation',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('function', sa.String(length=200), nullable=False),
    sa.Column('deputy_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_representation_validity_in_order')),
    sa.ForeignKeyConstraint(['deputy_of_id'], ['person.id'], name=op.f('fk_representation_deputy_of_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_representation_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_representation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_representation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_representation_public_id'))
    )
    with op.batch_alter_table('representation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_representation_deputy_of_id'), ['deputy_of_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_representation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_representation_person_id_valid_to'), ['person_id', 'valid_to'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('representation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_representation_person_id_valid_to'))
        batch_op.drop_index(batch_op.f('ix_representation_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_representation_deputy_of_id'))

    op.drop_table('representation')
    with op.batch_alter_table('organisation_area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_area_area_id'))

    op.drop_table('organisation_area')
    with op.batch_alter_table('boundary_shape', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_boundary_shape_area_id'))

    op.drop_table('boundary_shape')
    with op.batch_alter_table('boundary_neighbour', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_boundary_neighbour_neighbour_id'))
        batch_op.drop_index(batch_op.f('ix_boundary_neighbour_area_id'))

    op.drop_table('boundary_neighbour')
    with op.batch_alter_table('area_regrouping_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_regrouping_step_origin_id'))
        batch_op.drop_index(batch_op.f('ix_area_regrouping_step_member_id'))

    op.drop_table('area_regrouping_step')
    with op.batch_alter_table('user_role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_role_role_id'))

    op.drop_table('user_role')
    with op.batch_alter_table('user_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_invitation_user_id'))

    op.drop_table('user_invitation')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_session_user_id'))
        batch_op.drop_index(batch_op.f('ix_sign_in_session_expires_at'))

    op.drop_table('sign_in_session')
    with op.batch_alter_table('series_value', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_value_series_id_area_id_period'))
        batch_op.drop_index(batch_op.f('ix_series_value_area_id'))

    op.drop_table('series_value')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_sort_key'))
        batch_op.drop_index(batch_op.f('ix_person_email'))

    op.drop_table('person')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_sort_key'))
        batch_op.drop_index(batch_op.f('ix_organisation_kind'))
        batch_op.drop_index(batch_op.f('ix_organisation_area_id'))

    op.drop_table('organisation')
    with op.batch_alter_table('indicator_series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicator_series_series_id'))

    op.drop_table('indicator_series')
    with op.batch_alter_table('boundary_set', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_boundary_set_county_id'))
        batch_op.drop_index(batch_op.f('ix_boundary_set_attribution_key'))

    op.drop_table('boundary_set')
    with op.batch_alter_table('area_regrouping', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_regrouping_undone_by_id'))
        batch_op.drop_index(batch_op.f('ix_area_regrouping_target_id'))
        batch_op.drop_index(batch_op.f('ix_area_regrouping_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_area_regrouping_county_id'))

    op.drop_table('area_regrouping')
    with op.batch_alter_table('area_membership', schema=None) as batch_op:
        batch_op.drop_index('uq_area_membership_open', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
        batch_op.drop_index(batch_op.f('ix_area_membership_member_id'))
        batch_op.drop_index(batch_op.f('ix_area_membership_group_id_kind'))

    op.drop_table('area_membership')
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_account_sort_key'))
        batch_op.drop_index(batch_op.f('ix_user_account_department_id'))

    op.drop_table('user_account')
    with op.batch_alter_table('series_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_source_series_id'))
        batch_op.drop_index(batch_op.f('ix_series_source_attribution_key'))

    op.drop_table('series_source')
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicator_topic_id'))
        batch_op.drop_index(batch_op.f('ix_indicator_sort_key'))
        batch_op.drop_index(batch_op.f('ix_indicator_in_use'))
        batch_op.drop_index(batch_op.f('ix_indicator_department_id'))
        batch_op.drop_index(batch_op.f('ix_indicator_correlation_group'))

    op.drop_table('indicator')
    with op.batch_alter_table('import_batch_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batch_event_batch_id'))

    op.drop_table('import_batch_event')
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_sort_key'))
        batch_op.drop_index(batch_op.f('ix_area_regional_key'))
        batch_op.drop_index(batch_op.f('ix_area_kind'))
        batch_op.drop_index(batch_op.f('ix_area_county_id'))
        batch_op.drop_index(batch_op.f('ix_area_attribution_key'))

    op.drop_table('area')
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_worker_seen_at'))

    op.drop_table('worker')
    op.drop_table('topic')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_sha256'))

    op.drop_table('stored_file')
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_attempt_since'))

    op.drop_table('sign_in_attempt')
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_setting_change_key'))

    op.drop_table('setting_change')
    op.drop_table('setting')
    op.drop_table('series')
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_schedule_next_run_at'))

    op.drop_table('schedule')
    op.drop_table('role')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_message_state_priority_next_attempt_at'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_kind'))

    op.drop_table('outbox_message')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_state_priority_run_at'))
        batch_op.drop_index(batch_op.f('ix_job_kind'))

    op.drop_table('job')
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batch_touched_at'))
        batch_op.drop_index(batch_op.f('ix_import_batch_state'))
        batch_op.drop_index(batch_op.f('ix_import_batch_sha256'))

    op.drop_table('import_batch')
    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_department_sort_key'))

    op.drop_table('department')
    op.drop_table('data_version')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject_type_subject_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_actor_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_action'))

    op.drop_table('audit_entry')
    op.drop_table('attribution')
