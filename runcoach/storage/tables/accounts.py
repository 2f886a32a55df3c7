"""Accounts: who may come in."""

from sqlalchemy import (
    Boolean,
    Column,
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

from runcoach.storage.tables.base import Instant, Json, metadata, owner_key, row_id, stamps, word

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("uuidv7()")),
    word("email"),
    word("display_name"),
    word("password_hash"),
    word("language"),
    word("time_zone"),
    word("units", server_default="metric"),
    Column("is_owner", Boolean, nullable=False, server_default=text("false")),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    Column("last_login_at", Instant),
    *stamps(),
    UniqueConstraint("email"),
    # One owner, whoever registers at the same moment.
    Index("uq_users_is_owner", "is_owner", unique=True, postgresql_where=text("is_owner")),
    Index("ix_users_time_zone_id", "time_zone", "id"),
)

user_profiles = Table(
    "user_profiles",
    metadata,
    owner_key(),
    Column("available_weekdays", ARRAY(SmallInteger), nullable=False),
    Column("long_run_weekday", SmallInteger, nullable=False),
    Column("quality_days_per_week", SmallInteger, nullable=False),
    Column("max_weekly_distance_m", Integer),
    word("method"),
    Column("hr_max_bpm", Integer),
    Column("hr_rest_bpm", Integer),
    Column("threshold_hr_bpm", Integer),
    Column("birth_year", Integer),
    word("sex", nullable=True),
    word("injury_notes", nullable=True),
    *stamps(),
)

goals = Table(
    "goals",
    metadata,
    owner_key(),
    row_id(),
    word("kind"),
    word("title"),
    Column("race_date", Date),
    Column("race_distance_m", Integer),
    Column("target_time_s", Integer),
    word("status", server_default="active"),
    word("flagged_reason", nullable=True),
    *stamps(),
    Index("ix_goals_user_id_status", "user_id", "status"),
)

invite_codes = Table(
    "invite_codes",
    metadata,
    owner_key(),  # who invited
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Column("redeemed_at", Instant),
    Column("redeemed_by", Uuid),
    *stamps(),
    UniqueConstraint("code_sha256"),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    owner_key(),
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # absolute; the idle limit counts from last_seen_at
    *stamps(),
    UniqueConstraint("token_sha256"),
)

# Keyed by a hash of the e-mail tried or of the client's address, whether or not such an account exists:
# it belongs to nobody, so it has no user_id.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("subject_sha256", LargeBinary, primary_key=True),
    Column("consecutive_failures", Integer, nullable=False),
    Column("hour_started_at", Instant, nullable=False),
    Column("failures_in_hour", Integer, nullable=False),
    Column("tokens", Float, nullable=False),
    Column("last_attempt_at", Instant, nullable=False),
    *stamps(),
    Index("ix_login_attempts_last_attempt_at", "last_attempt_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    owner_key(),
    Column("key", Text, primary_key=True),
    word("request_hash"),
    Column("reply", Json),
    Column("expires_at", Instant, nullable=False),
    *stamps(),
    Index("ix_idempotency_keys_user_id_expires_at", "user_id", "expires_at"),
)

# Who read Temporal's payloads in the clear, and when.
decode_audit = Table(
    "decode_audit",
    metadata,
    owner_key(),
    row_id(),
    Column("payloads", Integer, nullable=False),
    Column("decoded_at", Instant, nullable=False),
    *stamps(),
)
