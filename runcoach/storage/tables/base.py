"""What every table has: names for constraints, an owner, stamps.

A table of a runner's data has the key `(user_id, …)`, and references between such tables carry `user_id`
too: Postgres checks foreign keys past row-level security, so a plain reference by id would tell one runner
that another one's row exists.
"""

from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Instant = DateTime(timezone=True)
Json = JSONB(none_as_null=True)


def owner_key() -> Column[Any]:
    """`user_id`, first part of the primary key; the rows go when the account goes."""
    return Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


def parent_owner_key() -> Column[Any]:
    """`user_id` of a row that hangs on another one: that one's reference to the account is enough.

    A second reference would be looked up again for every lap, sample channel and best effort.
    """
    return Column("user_id", Uuid, primary_key=True)


def row_id() -> Column[Any]:
    """`id`, second part of the primary key, in order of time."""
    return Column("id", Uuid, primary_key=True, server_default=text("uuidv7()"))


def stamps() -> tuple[Column[Any], Column[Any]]:
    """When the row was made and last changed; a trigger keeps `updated_at`."""
    return (
        Column("created_at", Instant, nullable=False, server_default=text("now()")),
        Column("updated_at", Instant, nullable=False, server_default=text("now()")),
    )


def same_owner(
    columns: str | list[str],
    parent: str,
    *,
    parent_columns: list[str] | None = None,
    ondelete: str = "CASCADE",
) -> ForeignKeyConstraint:
    """A reference that can only point at a row of the same runner."""
    names = [columns] if isinstance(columns, str) else columns
    targets = parent_columns or ["id"]
    return ForeignKeyConstraint(
        ["user_id", *names],
        [f"{parent}.user_id", *(f"{parent}.{name}" for name in targets)],
        ondelete=ondelete,
    )


def word(name: str, *, nullable: bool = False, **more: Any) -> Column[Any]:
    """A text column."""
    return Column(name, Text, nullable=nullable, **more)


def owned_tables() -> list[Table]:
    """Every table that holds a runner's data, in order of dependence."""
    return [table for table in metadata.sorted_tables if "user_id" in table.c]
