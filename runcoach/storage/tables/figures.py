"""What was computed, each row with the version of its formula; and the body's days, as the watch saw them."""

from sqlalchemy import Column, Date, Float, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

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

activity_metrics = Table(
    "activity_metrics",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    Column("definition_key", Text, primary_key=True),
    Column("value", Float(53)),
    word("unit"),
    Column("formula_version", SmallInteger, nullable=False),
    word("reason", nullable=True),
    word("source", nullable=True),
    Column("inputs", Json),
    *stamps(),
    same_owner("activity_id", "activities"),
)

# Which formulas and anchors an activity's rows came from, and what its heart showed of the runner.
activity_computations = Table(
    "activity_computations",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    word("fingerprint"),
    Column("peak_hr_bpm", Float(53)),
    Column("best_20_min_hr_bpm", Float(53)),
    *stamps(),
    same_owner("activity_id", "activities"),
)

best_efforts = Table(
    "best_efforts",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    Column("distance_m", Float(53), primary_key=True),
    Column("duration_s", Float(53), nullable=False),
    Column("start_s", Float(53), nullable=False),
    Column("local_date", Date, nullable=False),
    *stamps(),
    same_owner("activity_id", "activities"),
    # The only one beside the key: another would tempt a planner that has no statistics yet.
    Index(
        "ix_best_efforts_fastest",
        *("user_id", "distance_m", "duration_s", "local_date", "activity_id"),
        postgresql_include=["start_s"],
    ),
)

time_in_zone = Table(
    "time_in_zone",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("zone", SmallInteger, primary_key=True),
    Column("duration_s", Float(53), nullable=False),
    *stamps(),
    same_owner("activity_id", "activities"),
)

fitness_metrics_daily = Table(
    "fitness_metrics_daily",
    metadata,
    owner_key(),
    Column("day", Date, primary_key=True),
    Column("load", Float(53), nullable=False),
    Column("ctl", Float(53), nullable=False),
    Column("atl", Float(53), nullable=False),
    Column("tsb", Float(53), nullable=False),
    Column("formula_version", SmallInteger, nullable=False),
    *stamps(),
)

# Weeks from Monday, months from the 1st, in the athlete's zone.
analytics_summaries = Table(
    "analytics_summaries",
    metadata,
    owner_key(),
    Column("period", Text, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("figures", Json, nullable=False),
    Column("formula_version", SmallInteger, nullable=False),
    *stamps(),
)

fitness_profile = Table(
    "fitness_profile",
    metadata,
    owner_key(),
    Column("as_of", Date, primary_key=True),
    Column("figures", Json, nullable=False),
    word("made_from", nullable=True),
    *stamps(),
)

fitness_snapshots = Table(
    "fitness_snapshots",
    metadata,
    owner_key(),
    Column("month", Date, primary_key=True),
    Column("figures", Json, nullable=False),
    Column("formula_version", SmallInteger, nullable=False),
    word("made_from", nullable=True),
    *stamps(),
)

# Thresholds and zone bounds, each valid from a day on. Unconfirmed rows are proposals to the runner.
athlete_zones = Table(
    "athlete_zones",
    metadata,
    owner_key(),
    row_id(),
    word("kind"),
    word("system"),
    Column("values", ARRAY(Float(53)), nullable=False),
    word("unit"),
    word("source"),
    Column("valid_from", Date, nullable=False),
    Column("confirmed_at", Instant),
    Column("formula_version", SmallInteger, nullable=False, server_default=text("1")),
    Column("dismissed_at", Instant),
    *stamps(),
    Index("ix_athlete_zones_user_id_kind_valid_from", "user_id", "kind", "valid_from"),
)

sleep = Table(
    "sleep",
    metadata,
    owner_key(),
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("sleep_s", Float(53)),
    Column("sleep_deep_s", Float(53)),
    Column("sleep_light_s", Float(53)),
    Column("sleep_rem_s", Float(53)),
    Column("sleep_awake_s", Float(53)),
    Column("sleep_score", Float(53)),
    *stamps(),
)

health_metrics = Table(
    "health_metrics",
    metadata,
    owner_key(),
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("hrv_rmssd_ms", Float(53)),
    Column("resting_hr_bpm", Float(53)),
    Column("stress_avg", Float(53)),
    Column("body_battery_high", Float(53)),
    Column("body_battery_low", Float(53)),
    Column("weight_kg", Float(53)),
    Column("steps", Integer),
    Column("vo2max", Float(53)),
    *stamps(),
)
