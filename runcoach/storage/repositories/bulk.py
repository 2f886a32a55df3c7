"""Many rows in one statement: INSERT … SELECT FROM unnest(one array per column).

Much faster than a row at a time. JSON goes as text, since an array within it is a value and not a dimension;
a column that is an array itself goes as text too, in Postgres' own notation.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.dialects.postgresql.dml import Insert

from runcoach.storage.engine import dump_json

type Values = Mapping[str, Any]


@lru_cache(maxsize=100)
def insert_arrays(table: Table, columns: tuple[str, ...]) -> Insert:
    """INSERT of these columns and the owner."""
    types = {name: Text() if _goes_as_text(table, name) else table.c[name].type for name in columns}
    given = [bindparam(name, type_=ARRAY(types[name])) for name in columns]
    rows = (
        func.unnest(*given)
        .table_valued(*(column(name, types[name]) for name in columns), name="given")
        .render_derived()
    )
    values = (
        cast(rows.c[name], table.c[name].type) if _goes_as_text(table, name) else rows.c[name]
        for name in columns
    )
    owner = bindparam("_owner", type_=table.c.user_id.type)
    return insert(table).from_select(["user_id", *columns], select(owner, *values))


@lru_cache(maxsize=100)
def upsert_arrays(table: Table, columns: tuple[str, ...], keep_known: bool) -> Insert:
    """The same with ON CONFLICT (primary key) DO UPDATE; `keep_known`: NULL overwrites nothing."""
    statement = insert_arrays(table, columns)
    key = [part.name for part in table.primary_key]
    new = statement.excluded
    changes: dict[str, Any] = {name: new[name] for name in columns if name not in key}
    if keep_known:
        changes = {name: func.coalesce(value, table.c[name]) for name, value in changes.items()}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=key)
    return statement.on_conflict_do_update(index_elements=key, set_=changes)


def arrays(table: Table, rows: Sequence[Values], owner: UUID) -> dict[str, Any]:
    """What those statements are executed with."""
    given: dict[str, Any] = {name: _array(table, name, rows) for name in rows[0]}
    return given | {"_owner": owner}


def last_of_each_key(table: Table, rows: Iterable[Values]) -> list[Values]:
    """One row per key: Postgres does not overwrite a row twice in one statement."""
    key = [part.name for part in table.primary_key if part.name != "user_id"]
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def _array(table: Table, name: str, rows: Sequence[Values]) -> list[Any]:
    values = [row[name] for row in rows]
    if not _goes_as_text(table, name):
        return values
    write = dump_json if isinstance(table.c[name].type, JSONB) else _array_text
    return [None if value is None else write(value) for value in values]


def _array_text(numbers: Sequence[Any]) -> str:
    """`{1,2.5}`: numbers and ids, which need no quotes."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _goes_as_text(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, (JSONB, ARRAY))
