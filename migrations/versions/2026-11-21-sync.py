"""Accounts at providers, and how far keeping up with them got."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import limit_lock_wait, protect

revision = "20261121_sync"
down_revision = "20261121_activities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.create_table(
        "coverage_days",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_coverage_days_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "provider", "stream", "day", name=op.f("pk_coverage_days")),
    )
    op.create_index("ix_coverage_days_user_id_day", "coverage_days", ["user_id", "day"], unique=False)
    op.create_table(
        "provider_connections",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("account_name", sa.Text(), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_provider_connections_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "provider", name=op.f("pk_provider_connections")),
    )
    op.create_index(
        "uq_provider_connections_provider_account_id",
        "provider_connections",
        ["provider", "account_id"],
        unique=True,
        postgresql_where=sa.text("provider = 'strava' AND state <> 'disconnected'"),
    )
    op.create_table(
        "sync_items",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sport", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Float(precision=53), nullable=True),
        sa.Column("elapsed_s", sa.Float(precision=53), nullable=True),
        sa.Column("raw_hash", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_items_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "provider", "external_id", name=op.f("pk_sync_items")),
    )
    op.create_index(
        "ix_sync_items_newest",
        "sync_items",
        ["user_id", "provider", sa.literal_column("started_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_sync_items_to_claim",
        "sync_items",
        ["user_id", "provider", "state", "attempts", sa.literal_column("started_at DESC")],
        unique=False,
    )
    op.create_table(
        "sync_jobs",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("eta_s", sa.Float(precision=53), nullable=True),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("needs_human", sa.Boolean(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_jobs_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_sync_jobs")),
    )
    op.create_index("ix_sync_jobs_user_id_changed_at", "sync_jobs", ["user_id", "changed_at"], unique=False)
    op.create_table(
        "sync_state",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sync_state_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "provider", "stream", name=op.f("pk_sync_state")),
    )
    op.create_table(
        "uploads",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_uploads_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_uploads")),
    )
    op.create_table(
        "strava_activity_map",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Text(), nullable=True),
        sa.Column("strava_activity_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_strava_activity_map_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", name=op.f("pk_strava_activity_map")),
    )
    op.create_table(
        "upload_files",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "activity_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "upload_id"],
            ["uploads.user_id", "uploads.id"],
            name=op.f("fk_upload_files_user_id_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "upload_id", "sha256", "file_name", name=op.f("pk_upload_files")),
    )
    protect("coverage_days")
    protect("provider_connections")
    protect("sync_items")
    protect("sync_jobs")
    protect("sync_state")
    protect("uploads")
    protect("strava_activity_map")
    protect("upload_files")


def downgrade() -> None:
    limit_lock_wait()
    op.drop_table("upload_files")
    op.drop_table("strava_activity_map")
    op.drop_table("uploads")
    op.drop_table("sync_state")
    op.drop_table("sync_jobs")
    op.drop_table("sync_items")
    op.drop_table("provider_connections")
    op.drop_table("coverage_days")
