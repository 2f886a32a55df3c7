"""Accounts: who may come in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import admit_doors, grant, limit_lock_wait, open_door, protect

revision = "20261121_accounts"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    _make_stamp()
    op.create_table(
        "login_attempts",
        sa.Column("subject_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("hour_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures_in_hour", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("subject_sha256", name=op.f("pk_login_attempts")),
    )
    op.create_index("ix_login_attempts_last_attempt_at", "login_attempts", ["last_attempt_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), server_default="metric", nullable=False),
        sa.Column("is_owner", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index("ix_users_time_zone_id", "users", ["time_zone", "id"], unique=False)
    op.create_index(
        "uq_users_is_owner", "users", ["is_owner"], unique=True, postgresql_where=sa.text("is_owner")
    )
    op.create_table(
        "decode_audit",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("payloads", sa.Integer(), nullable=False),
        sa.Column("decoded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_decode_audit_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_decode_audit")),
    )
    op.create_table(
        "goals",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("race_date", sa.Date(), nullable=True),
        sa.Column("race_distance_m", sa.Integer(), nullable=True),
        sa.Column("target_time_s", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("flagged_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_goals_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_goals")),
    )
    op.create_index("ix_goals_user_id_status", "goals", ["user_id", "status"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("reply", postgresql.JSONB(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        "ix_idempotency_keys_user_id_expires_at", "idempotency_keys", ["user_id", "expires_at"], unique=False
    )
    op.create_table(
        "invite_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_invite_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name=op.f("pk_invite_codes")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invite_codes_code_sha256")),
    )
    op.create_table(
        "user_profiles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("available_weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("long_run_weekday", sa.SmallInteger(), nullable=False),
        sa.Column("quality_days_per_week", sa.SmallInteger(), nullable=False),
        sa.Column("max_weekly_distance_m", sa.Integer(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("hr_max_bpm", sa.Integer(), nullable=True),
        sa.Column("hr_rest_bpm", sa.Integer(), nullable=True),
        sa.Column("threshold_hr_bpm", sa.Integer(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("injury_notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_profiles_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_profiles")),
    )
    op.create_table(
        "web_sessions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_web_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "token_sha256", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_web_sessions_token_sha256")),
    )
    grant("login_attempts")
    protect("users", key="id")
    protect("decode_audit", rights="SELECT, INSERT")
    protect("goals")
    protect("idempotency_keys")
    protect("invite_codes")
    protect("user_profiles")
    protect("web_sessions")
    _open_doors()


def downgrade() -> None:
    limit_lock_wait()
    for door in DOORS:
        op.execute(f"DROP FUNCTION {door}")
    op.drop_table("web_sessions")
    op.drop_table("user_profiles")
    op.drop_table("invite_codes")
    op.drop_table("idempotency_keys")
    op.drop_table("goals")
    op.drop_table("decode_audit")
    op.drop_table("users")
    op.drop_table("login_attempts")
    op.execute("DROP FUNCTION stamp_change")


DOORS = ("door_has_owner", "door_login", "door_session", "door_users", "door_time_zones", "door_redeem")


_USER = (
    "id uuid, email text, display_name text, language text, time_zone text, units text, is_owner boolean, "
    "is_demo boolean"
)
_USER_COLUMNS = "u.id, u.email, u.display_name, u.language, u.time_zone, u.units, u.is_owner, u.is_demo"


def _make_stamp() -> None:
    op.execute(
        "CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp "
        "AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$"
    )


def _open_doors() -> None:
    """Questions that come before the answer to "who asks?"; none of them takes or gives more than it must."""
    admit_doors("users", "SELECT")
    admit_doors("web_sessions", "SELECT")
    admit_doors("invite_codes", "SELECT")
    admit_doors("invite_codes", "UPDATE")
    open_door("door_has_owner", "", "boolean", "SELECT EXISTS (SELECT FROM users WHERE is_owner)")
    open_door(
        "door_login",
        "given_email text",
        "TABLE (id uuid, password_hash text)",
        "SELECT u.id, u.password_hash FROM users u WHERE u.email = given_email",
    )
    open_door(
        "door_session",
        "given_sha256 bytea, seen_after timestamptz, alive_at timestamptz",
        f"TABLE ({_USER}, last_seen_at timestamptz)",
        f"SELECT {_USER_COLUMNS}, s.last_seen_at FROM web_sessions s JOIN users u ON u.id = s.user_id "
        "WHERE s.token_sha256 = given_sha256 AND s.last_seen_at > seen_after AND s.expires_at > alive_at",
    )
    open_door(
        "door_users",
        "given_time_zone text, after_id uuid, page_size integer",
        f"TABLE ({_USER})",
        f"SELECT {_USER_COLUMNS} FROM users u WHERE (given_time_zone IS NULL OR u.time_zone = given_time_zone) "
        "AND (after_id IS NULL OR u.id > after_id) ORDER BY u.id LIMIT page_size",
    )
    open_door("door_time_zones", "", "TABLE (time_zone text)", "SELECT DISTINCT u.time_zone FROM users u")
    open_door(
        "door_redeem",
        "given_sha256 bytea, redeemer uuid, redeemed_when timestamptz",
        "boolean",
        "WITH used AS (UPDATE invite_codes SET redeemed_at = redeemed_when, redeemed_by = redeemer "
        "WHERE code_sha256 = given_sha256 AND redeemed_at IS NULL AND expires_at > redeemed_when "
        "RETURNING 1) SELECT EXISTS (SELECT FROM used)",
    )
