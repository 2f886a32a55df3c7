"""What was recorded."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import admit_doors, limit_lock_wait, open_door, protect

revision = "20261121_activities"
down_revision = "20261121_vault"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.create_table(
        "activities",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "policy",
            sa.Text(),
            sa.Computed("CASE WHEN source = 'strava' THEN 'display_only' ELSE 'full' END", persisted=True),
            nullable=False,
        ),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("sport", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("elapsed_s", sa.Float(precision=53), nullable=False),
        sa.Column("moving_s", sa.Float(precision=53), nullable=False),
        sa.Column("distance_m", sa.Float(precision=53), nullable=True),
        sa.Column("calories_kcal", sa.Float(precision=53), nullable=True),
        sa.Column("ascent_m", sa.Float(precision=53), nullable=True),
        sa.Column("descent_m", sa.Float(precision=53), nullable=True),
        sa.Column("avg_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("max_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("avg_cadence_spm", sa.Float(precision=53), nullable=True),
        sa.Column("avg_power_w", sa.Float(precision=53), nullable=True),
        sa.Column("training_effect_aerobic", sa.Float(precision=53), nullable=True),
        sa.Column("training_effect_anaerobic", sa.Float(precision=53), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("original_sha256", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_activities_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_activities")),
        sa.UniqueConstraint(
            "user_id", "source", "external_id", name=op.f("uq_activities_user_id_source_external_id")
        ),
    )
    op.create_index(
        "ix_activities_newest",
        "activities",
        ["user_id", sa.literal_column("start_time DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_activities_user_id_local_date", "activities", ["user_id", "local_date"], unique=False)
    op.create_index(
        "ix_activities_user_id_original_sha256", "activities", ["user_id", "original_sha256"], unique=False
    )
    op.create_table(
        "garmin_raw_files",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "activity_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_garmin_raw_files_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "sha256", name=op.f("pk_garmin_raw_files")),
    )
    op.create_table(
        "activity_laps",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.SmallInteger(), nullable=False),
        sa.Column("start_s", sa.Float(precision=53), nullable=False),
        sa.Column("elapsed_s", sa.Float(precision=53), nullable=False),
        sa.Column("moving_s", sa.Float(precision=53), nullable=False),
        sa.Column("distance_m", sa.Float(precision=53), nullable=True),
        sa.Column("avg_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("max_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("avg_cadence_spm", sa.Float(precision=53), nullable=True),
        sa.Column("avg_power_w", sa.Float(precision=53), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_activity_laps_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "index", name=op.f("pk_activity_laps")),
    )
    op.create_table(
        "activity_streams",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_activity_streams_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "channel", name=op.f("pk_activity_streams")),
    )
    protect("activities")
    protect("garmin_raw_files")
    protect("activity_laps")
    protect("activity_streams")
    # Compressed before it comes here; Postgres need not try again.
    op.execute("ALTER TABLE activity_streams ALTER COLUMN data SET STORAGE EXTERNAL")
    _open_doors()


def downgrade() -> None:
    limit_lock_wait()
    op.execute("DROP FUNCTION door_has_other_owner")
    op.drop_table("activity_streams")
    op.drop_table("activity_laps")
    op.drop_table("garmin_raw_files")
    op.drop_table("activities")


def _open_doors() -> None:
    """Whether the bytes of an original must stay because somebody else has it too."""
    admit_doors("activities", "SELECT")
    admit_doors("garmin_raw_files", "SELECT")
    open_door(
        "door_has_other_owner",
        "given_sha256 text, asker uuid",
        "boolean",
        "SELECT EXISTS (SELECT FROM garmin_raw_files f WHERE f.sha256 = given_sha256 AND f.user_id <> asker) "
        "OR EXISTS (SELECT FROM activities a WHERE a.original_sha256 = given_sha256 AND a.user_id <> asker)",
    )
