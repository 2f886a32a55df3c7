"""What each migration puts on its tables: row-level security, rights for the app role, the change stamp.

Migrations that were run are history: never change what a function here does, add another one.
"""

from alembic import op

from runcoach.settings import APP_ROLE

# `''`, not NULL, is what a connection that had the setting before answers. As a sub-select it is computed
# once per statement, not once per row.
CURRENT_USER_ID = "(SELECT NULLIF(current_setting('app.user_id', true), '')::uuid)"


def limit_lock_wait() -> None:
    """A migration that cannot get its lock gives up, so that it does not hold up everybody behind it."""
    op.execute("SET LOCAL lock_timeout = '5s'")


def protect(table: str, *, key: str = "user_id", rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Rows of `table` are seen and written only by the user of the transaction, also by the owner role."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {table} FOR ALL "
        f"USING ({key} = {CURRENT_USER_ID}) WITH CHECK ({key} = {CURRENT_USER_ID})"
    )
    grant(table, rights)


def grant(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Rights for the app role, and the stamp on every change."""
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")
    op.execute(
        f"CREATE TRIGGER stamp_change BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_change()"
    )


def open_door(name: str, parameters: str, returns: str, body: str) -> None:
    """A narrow question that must be answered before it is known who asks (docs/adr)."""
    op.execute(
        f"CREATE FUNCTION {name}({parameters}) RETURNS {returns} LANGUAGE sql "
        f"SECURITY DEFINER SET search_path = public, pg_temp AS $door$ {body} $door$"
    )
    types = ", ".join(part.split()[-1] for part in parameters.split(",") if part.strip())
    op.execute(f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name}({types}) TO {APP_ROLE}")


def admit_doors(table: str, command: str) -> None:
    """Lets the doors, which run as the owner, past the forced row-level security of `table`."""
    op.execute(f"CREATE POLICY doors_{command.lower()} ON {table} FOR {command} TO CURRENT_USER USING (true)")
