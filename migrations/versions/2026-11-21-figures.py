"""What was computed, and the body's days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import limit_lock_wait, protect

revision = "20261121_figures"
down_revision = "20261121_sync"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.create_table(
        "analytics_summaries",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("formula_version", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_analytics_summaries_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "period", "first_day", name=op.f("pk_analytics_summaries")),
    )
    op.create_table(
        "athlete_zones",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("values", postgresql.ARRAY(sa.Float(precision=53)), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("formula_version", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_athlete_zones_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_athlete_zones")),
    )
    op.create_index(
        "ix_athlete_zones_user_id_kind_valid_from",
        "athlete_zones",
        ["user_id", "kind", "valid_from"],
        unique=False,
    )
    op.create_table(
        "fitness_metrics_daily",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("load", sa.Float(precision=53), nullable=False),
        sa.Column("ctl", sa.Float(precision=53), nullable=False),
        sa.Column("atl", sa.Float(precision=53), nullable=False),
        sa.Column("tsb", sa.Float(precision=53), nullable=False),
        sa.Column("formula_version", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_fitness_metrics_daily_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_fitness_metrics_daily")),
    )
    op.create_table(
        "fitness_profile",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_fitness_profile_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "as_of", name=op.f("pk_fitness_profile")),
    )
    op.create_table(
        "fitness_snapshots",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("formula_version", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_fitness_snapshots_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "month", name=op.f("pk_fitness_snapshots")),
    )
    op.create_table(
        "health_metrics",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hrv_rmssd_ms", sa.Float(precision=53), nullable=True),
        sa.Column("resting_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("stress_avg", sa.Float(precision=53), nullable=True),
        sa.Column("body_battery_high", sa.Float(precision=53), nullable=True),
        sa.Column("body_battery_low", sa.Float(precision=53), nullable=True),
        sa.Column("weight_kg", sa.Float(precision=53), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("vo2max", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_health_metrics_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", "source", name=op.f("pk_health_metrics")),
    )
    op.create_table(
        "sleep",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sleep_s", sa.Float(precision=53), nullable=True),
        sa.Column("sleep_deep_s", sa.Float(precision=53), nullable=True),
        sa.Column("sleep_light_s", sa.Float(precision=53), nullable=True),
        sa.Column("sleep_rem_s", sa.Float(precision=53), nullable=True),
        sa.Column("sleep_awake_s", sa.Float(precision=53), nullable=True),
        sa.Column("sleep_score", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sleep_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "day", "source", name=op.f("pk_sleep")),
    )
    op.create_table(
        "activity_metrics",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("definition_key", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("formula_version", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_activity_metrics_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "definition_key", name=op.f("pk_activity_metrics")),
    )
    op.create_index(
        "ix_activity_metrics_by_definition",
        "activity_metrics",
        ["user_id", "definition_key", "activity_id"],
        unique=False,
        postgresql_include=["value"],
    )
    op.create_table(
        "best_efforts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("distance_m", sa.Float(precision=53), nullable=False),
        sa.Column("duration_s", sa.Float(precision=53), nullable=False),
        sa.Column("start_s", sa.Float(precision=53), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_best_efforts_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "distance_m", name=op.f("pk_best_efforts")),
    )
    op.create_index(
        "ix_best_efforts_fastest",
        "best_efforts",
        ["user_id", "distance_m", "duration_s"],
        unique=False,
        postgresql_include=["local_date"],
    )
    op.create_index(
        "ix_best_efforts_user_id_local_date", "best_efforts", ["user_id", "local_date"], unique=False
    )
    op.create_table(
        "time_in_zone",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("zone", sa.SmallInteger(), nullable=False),
        sa.Column("duration_s", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_time_in_zone_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "system", "zone", name=op.f("pk_time_in_zone")),
    )
    protect("analytics_summaries")
    protect("athlete_zones")
    protect("fitness_metrics_daily")
    protect("fitness_profile")
    protect("fitness_snapshots")
    protect("health_metrics")
    protect("sleep")
    protect("activity_metrics")
    protect("best_efforts")
    protect("time_in_zone")


def downgrade() -> None:
    limit_lock_wait()
    op.drop_table("time_in_zone")
    op.drop_table("best_efforts")
    op.drop_table("activity_metrics")
    op.drop_table("sleep")
    op.drop_table("health_metrics")
    op.drop_table("fitness_snapshots")
    op.drop_table("fitness_profile")
    op.drop_table("fitness_metrics_daily")
    op.drop_table("athlete_zones")
    op.drop_table("analytics_summaries")
