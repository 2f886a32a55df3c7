"""What is planned and decided, and what is on the watch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import limit_lock_wait, protect

revision = "20261121_plans"
down_revision = "20261121_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.create_table(
        "plan_versions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("target_account", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watch_from", sa.Date(), nullable=False),
        sa.Column("watch_until", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("race_index", sa.Float(precision=53), nullable=False),
        sa.Column("checks", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_plan_versions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("user_id", "version", name=op.f("uq_plan_versions_user_id_version")),
    )
    op.create_index("ix_plan_versions_user_id_status", "plan_versions", ["user_id", "status"], unique=False)
    op.create_table(
        "plans",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_plans_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_plans")),
    )
    op.create_table(
        "workout_completions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("distance_ratio", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_workout_completions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "workout_id", name=op.f("pk_workout_completions")),
    )
    op.create_index(
        "ix_workout_completions_user_id_day", "workout_completions", ["user_id", "day"], unique=False
    )
    op.create_table(
        "approvals",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('approve', 'reject')", name=op.f("ck_approvals_kind")),
        sa.ForeignKeyConstraint(
            ["user_id", "proposal_id"],
            ["plan_versions.user_id", "plan_versions.id"],
            name=op.f("fk_approvals_user_id_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("user_id", "proposal_id", name=op.f("uq_approvals_user_id_proposal_id")),
    )
    op.create_table(
        "plan_changes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("before_title", sa.Text(), nullable=True),
        sa.Column("after_title", sa.Text(), nullable=True),
        sa.Column("before_distance_m", sa.Integer(), nullable=True),
        sa.Column("after_distance_m", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "version_id"],
            ["plan_versions.user_id", "plan_versions.id"],
            name=op.f("fk_plan_changes_user_id_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "version_id", "position", name=op.f("pk_plan_changes")),
    )
    op.create_table(
        "plan_weeks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.SmallInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("is_deload", sa.Boolean(), nullable=False),
        sa.Column("planned_distance_m", sa.Integer(), nullable=False),
        sa.Column("cap_distance_m", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "version_id"],
            ["plan_versions.user_id", "plan_versions.id"],
            name=op.f("fk_plan_weeks_user_id_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "version_id", "index", name=op.f("pk_plan_weeks")),
    )
    op.create_table(
        "approval_items",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "approval_id"],
            ["approvals.user_id", "approvals.id"],
            name=op.f("fk_approval_items_user_id_approval_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "approval_id", "workout_id", name=op.f("pk_approval_items")),
    )
    op.create_table(
        "publish_targets",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("item_hash", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_workout_id", sa.Text(), nullable=True),
        sa.Column("provider_schedule_id", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "approval_id"],
            ["approvals.user_id", "approvals.id"],
            name=op.f("fk_publish_targets_user_id_approval_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "approval_id", "workout_id", name=op.f("pk_publish_targets")),
    )
    op.create_index("ix_publish_targets_user_id_state", "publish_targets", ["user_id", "state"], unique=False)
    op.create_table(
        "workouts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("week_index", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("segments", postgresql.JSONB(), nullable=False),
        sa.Column("estimated_duration_s", sa.Integer(), nullable=False),
        sa.Column("estimated_distance_m", sa.Integer(), nullable=False),
        sa.Column("reason_key", sa.Text(), nullable=True),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "version_id", "week_index"],
            ["plan_weeks.user_id", "plan_weeks.version_id", "plan_weeks.index"],
            name=op.f("fk_workouts_user_id_version_id_week_index"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "version_id", "id", name=op.f("pk_workouts")),
    )
    op.create_index("ix_workouts_user_id_day", "workouts", ["user_id", "day"], unique=False)
    op.create_index("ix_workouts_user_id_id", "workouts", ["user_id", "id"], unique=False)
    op.create_table(
        "workout_edits",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("workout_id", sa.Uuid(), nullable=False),
        sa.Column("previous_day", sa.Date(), nullable=False),
        sa.Column("new_day", sa.Date(), nullable=False),
        sa.Column("previous_segments", postgresql.JSONB(), nullable=False),
        sa.Column("new_segments", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "version_id", "workout_id"],
            ["workouts.user_id", "workouts.version_id", "workouts.id"],
            name=op.f("fk_workout_edits_user_id_version_id_workout_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_workout_edits")),
    )
    op.create_index(
        "ix_workout_edits_user_id_workout_id", "workout_edits", ["user_id", "workout_id"], unique=False
    )
    protect("plan_versions")
    protect("plans")
    protect("workout_completions")
    protect("approvals", rights="SELECT, INSERT")
    protect("plan_changes")
    protect("plan_weeks")
    protect("approval_items", rights="SELECT, INSERT")
    protect("publish_targets")
    protect("workouts")
    protect("workout_edits")


def downgrade() -> None:
    limit_lock_wait()
    op.drop_table("workout_edits")
    op.drop_table("workouts")
    op.drop_table("publish_targets")
    op.drop_table("approval_items")
    op.drop_table("plan_weeks")
    op.drop_table("plan_changes")
    op.drop_table("approvals")
    op.drop_table("workout_completions")
    op.drop_table("plans")
    op.drop_table("plan_versions")
