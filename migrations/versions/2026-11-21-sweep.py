"""What is over goes away by itself, whoever it belonged to."""

from alembic import op

from runcoach.storage.guards import admit_doors, limit_lock_wait, open_door

revision = "20261121_sweep"
down_revision = "20261121_chats"
branch_labels = None
depends_on = None

EXPIRING = ("idempotency_keys", "invite_codes", "vault_secrets", "web_sessions")


def upgrade() -> None:
    limit_lock_wait()
    for table in EXPIRING:
        admit_doors(table, "DELETE")
    for table in ("idempotency_keys", "vault_secrets"):
        admit_doors(table, "SELECT")
    gone = ", ".join(
        f"{table} AS (DELETE FROM {table} WHERE expires_at <= given_now RETURNING 1)" for table in EXPIRING
    )
    total = " + ".join(f"(SELECT count(*) FROM {table})" for table in EXPIRING)
    open_door("door_sweep", "given_now timestamptz", "bigint", f"WITH {gone} SELECT {total}")


def downgrade() -> None:
    limit_lock_wait()
    op.execute("DROP FUNCTION door_sweep")
    for table in ("idempotency_keys", "vault_secrets"):
        op.execute(f"DROP POLICY doors_select ON {table}")
    for table in EXPIRING:
        op.execute(f"DROP POLICY doors_delete ON {table}")
