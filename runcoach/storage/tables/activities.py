"""What was recorded: totals as rows, samples as one blob per channel, originals by content hash."""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from runcoach.storage.tables.base import (
    Instant,
    metadata,
    owner_key,
    parent_owner_key,
    row_id,
    same_owner,
    stamps,
    word,
)

activities = Table(
    "activities",
    metadata,
    owner_key(),
    row_id(),
    word("source"),
    # Strava's terms: rows from there are shown, and reach no prompt, memory or metric.
    Column(
        "policy",
        Text,
        Computed("CASE WHEN source = 'strava' THEN 'display_only' ELSE 'full' END", persisted=True),
        nullable=False,
    ),
    word("external_id"),
    word("sport"),
    word("name"),
    Column("start_time", Instant, nullable=False),
    Column("local_date", Date, nullable=False),
    word("time_zone"),
    Column("elapsed_s", Float(53), nullable=False),
    Column("moving_s", Float(53), nullable=False),
    Column("distance_m", Float(53)),
    Column("calories_kcal", Float(53)),
    Column("ascent_m", Float(53)),
    Column("descent_m", Float(53)),
    Column("avg_hr_bpm", Float(53)),
    Column("max_hr_bpm", Float(53)),
    Column("avg_cadence_spm", Float(53)),
    Column("avg_power_w", Float(53)),
    Column("training_effect_aerobic", Float(53)),
    Column("training_effect_anaerobic", Float(53)),
    word("device", nullable=True),
    word("original_sha256", nullable=True),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    *stamps(),
    UniqueConstraint("user_id", "source", "external_id"),
    Index("ix_activities_newest", "user_id", text("start_time DESC"), text("id DESC")),
    Index("ix_activities_user_id_local_date", "user_id", "local_date"),
    Index("ix_activities_user_id_original_sha256", "user_id", "original_sha256"),
)

activity_laps = Table(
    "activity_laps",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    Column("index", SmallInteger, primary_key=True),
    Column("start_s", Float(53), nullable=False),
    Column("elapsed_s", Float(53), nullable=False),
    Column("moving_s", Float(53), nullable=False),
    Column("distance_m", Float(53)),
    Column("avg_hr_bpm", Float(53)),
    Column("max_hr_bpm", Float(53)),
    Column("avg_cadence_spm", Float(53)),
    Column("avg_power_w", Float(53)),
    word("trigger"),
    *stamps(),
    same_owner("activity_id", "activities"),
)

# `time_s` is a channel of its own. The blobs are compressed already, so Postgres stores them as they are.
activity_streams = Table(
    "activity_streams",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    *stamps(),
    same_owner("activity_id", "activities"),
)

garmin_raw_files = Table(
    "garmin_raw_files",
    metadata,
    owner_key(),
    Column("sha256", Text, primary_key=True),
    word("kind"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("activity_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    *stamps(),
)
