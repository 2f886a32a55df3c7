"""Accounts at providers and how far keeping up with them got."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, Table, Text, Uuid, text
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

provider_connections = Table(
    "provider_connections",
    metadata,
    owner_key(),
    Column("provider", Text, primary_key=True),
    word("state"),
    word("account_id", nullable=True),
    word("account_name", nullable=True),
    Column("retry_at", Instant),
    word("error_code", nullable=True),
    Column("changed_at", Instant, nullable=False),
    *stamps(),
    # Strava links an athlete to one account of an application.
    Index(
        "uq_provider_connections_provider_account_id",
        "provider",
        "account_id",
        unique=True,
        postgresql_where=text("provider = 'strava' AND state <> 'disconnected'"),
    ),
)

sync_state = Table(
    "sync_state",
    metadata,
    owner_key(),
    Column("provider", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("values", Json, nullable=False),
    *stamps(),
)

sync_items = Table(
    "sync_items",
    metadata,
    owner_key(),
    Column("provider", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    word("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("downloads", Integer, nullable=False, server_default=text("0")),  # begun, without an end so far
    Column("started_at", Instant, nullable=False),
    word("name"),
    word("sport"),
    Column("distance_m", Float(53)),
    Column("elapsed_s", Float(53)),
    word("raw_hash"),
    word("original_sha256", nullable=True),
    Column("activity_id", Uuid),
    word("error_code", nullable=True),
    *stamps(),
    Index("ix_sync_items_to_claim", "user_id", "provider", "state", "attempts", text("started_at DESC")),
    Index("ix_sync_items_newest", "user_id", "provider", text("started_at DESC")),
)

coverage_days = Table(
    "coverage_days",
    metadata,
    owner_key(),
    Column("provider", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    word("state"),
    *stamps(),
    Index("ix_coverage_days_user_id_day", "user_id", "day"),
)

# The screens' view of workflow runs, by workflow id.
sync_jobs = Table(
    "sync_jobs",
    metadata,
    owner_key(),
    Column("id", Text, primary_key=True),
    word("kind"),
    word("state"),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("failed", Integer, nullable=False),
    Column("eta_s", Float(53)),
    word("phase", nullable=True),
    word("error_code", nullable=True),
    Column("needs_human", Boolean, nullable=False),
    Column("detail", Json),
    Column("started_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    *stamps(),
    Index("ix_sync_jobs_user_id_changed_at", "user_id", "changed_at"),
)

uploads = Table(
    "uploads",
    metadata,
    owner_key(),
    row_id(),
    word("file_name"),
    word("sha256"),
    Column("size_bytes", BigInteger, nullable=False),
    *stamps(),
)

upload_files = Table(
    "upload_files",
    metadata,
    parent_owner_key(),
    Column("upload_id", Uuid, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("file_name", Text, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    word("state", server_default="waiting"),
    word("reason", nullable=True),
    Column("activity_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    *stamps(),
    same_owner("upload_id", "uploads"),
)

strava_activity_map = Table(
    "strava_activity_map",
    metadata,
    parent_owner_key(),
    Column("activity_id", Uuid, primary_key=True),
    word("upload_id", nullable=True),
    word("strava_activity_id", nullable=True),
    word("state"),
    word("error_code", nullable=True),
    Column("uploaded_at", Instant),
    *stamps(),
    same_owner("activity_id", "activities"),
)
