"""What is planned, what was decided about it, and what of it is on the watch."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    SmallInteger,
    Table,
    UniqueConstraint,
    Uuid,
)

from runcoach.storage.tables.base import (
    Instant,
    Json,
    metadata,
    owner_key,
    parent_owner_key,
    row_id,
    same_owner,
    stamps,
    word,
)

# A runner has one plan; its versions follow each other.
plans = Table(
    "plans",
    metadata,
    owner_key(),
    Column("last_version", Integer, nullable=False),
    *stamps(),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    owner_key(),
    row_id(),
    Column("version", Integer, nullable=False),
    word("status"),
    word("cause"),
    word("content_hash"),
    word("target_account"),
    Column("proposed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("watch_from", Date, nullable=False),
    Column("watch_until", Date, nullable=False),
    word("method"),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("race_index", Float(53), nullable=False),
    Column("checks", Json, nullable=False),
    *stamps(),
    UniqueConstraint("user_id", "version"),
    Index("ix_plan_versions_user_id_status", "user_id", "status"),
)

plan_weeks = Table(
    "plan_weeks",
    metadata,
    parent_owner_key(),
    Column("version_id", Uuid, primary_key=True),
    Column("index", SmallInteger, primary_key=True),
    Column("monday", Date, nullable=False),
    word("phase"),
    Column("is_deload", Boolean, nullable=False),
    Column("planned_distance_m", Integer, nullable=False),
    Column("cap_distance_m", Integer, nullable=False),
    *stamps(),
    same_owner("version_id", "plan_versions"),
)

# The same workout id may stand in the next version again, so the version is part of the key.
workouts = Table(
    "workouts",
    metadata,
    parent_owner_key(),
    Column("version_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("week_index", SmallInteger, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("day", Date, nullable=False),
    word("kind"),
    word("title"),
    Column("segments", Json, nullable=False),
    Column("estimated_duration_s", Integer, nullable=False),
    Column("estimated_distance_m", Integer, nullable=False),
    word("reason_key", nullable=True),
    Column("is_locked", Boolean, nullable=False),
    *stamps(),
    same_owner(["version_id", "week_index"], "plan_weeks", parent_columns=["version_id", "index"]),
    Index("ix_workouts_user_id_id", "user_id", "id"),
    Index("ix_workouts_user_id_day", "user_id", "day"),
)

plan_changes = Table(
    "plan_changes",
    metadata,
    parent_owner_key(),
    Column("version_id", Uuid, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("day", Date, nullable=False),
    word("cause"),
    word("before_title", nullable=True),
    word("after_title", nullable=True),
    Column("before_distance_m", Integer),
    Column("after_distance_m", Integer),
    *stamps(),
    same_owner("version_id", "plan_versions"),
)

workout_edits = Table(
    "workout_edits",
    metadata,
    parent_owner_key(),
    row_id(),
    Column("version_id", Uuid, nullable=False),
    Column("workout_id", Uuid, nullable=False),
    Column("previous_day", Date, nullable=False),
    Column("new_day", Date, nullable=False),
    Column("previous_segments", Json, nullable=False),
    Column("new_segments", Json, nullable=False),
    word("reason", nullable=True),
    *stamps(),
    same_owner(["version_id", "workout_id"], "workouts", parent_columns=["version_id", "id"]),
    Index("ix_workout_edits_user_id_workout_id", "user_id", "workout_id"),
)

approvals = Table(
    "approvals",
    metadata,
    parent_owner_key(),
    row_id(),
    Column("proposal_id", Uuid, nullable=False),
    word("kind"),
    word("content_hash"),
    Column("decided_at", Instant, nullable=False),
    word("reason", nullable=True),
    *stamps(),
    same_owner("proposal_id", "plan_versions"),
    UniqueConstraint("user_id", "proposal_id"),
    CheckConstraint("kind IN ('approve', 'reject')", name="kind"),
)

approval_items = Table(
    "approval_items",
    metadata,
    parent_owner_key(),
    Column("approval_id", Uuid, primary_key=True),
    Column("workout_id", Uuid, primary_key=True),
    Column("day", Date, nullable=False),
    word("item_hash"),
    *stamps(),
    same_owner("approval_id", "approvals"),
)

publish_targets = Table(
    "publish_targets",
    metadata,
    parent_owner_key(),
    Column("approval_id", Uuid, primary_key=True),
    Column("workout_id", Uuid, primary_key=True),
    word("external_id"),
    word("item_hash"),
    Column("day", Date, nullable=False),
    word("state"),
    word("provider_workout_id", nullable=True),
    word("provider_schedule_id", nullable=True),
    word("error_code", nullable=True),
    *stamps(),
    same_owner("approval_id", "approvals"),
    Index("ix_publish_targets_user_id_state", "user_id", "state"),
)

workout_completions = Table(
    "workout_completions",
    metadata,
    owner_key(),
    Column("workout_id", Uuid, primary_key=True),
    Column("day", Date, nullable=False),
    word("state"),
    Column("activity_id", Uuid),
    Column("distance_ratio", Float(53)),
    *stamps(),
    Index("ix_workout_completions_user_id_day", "user_id", "day"),
)
