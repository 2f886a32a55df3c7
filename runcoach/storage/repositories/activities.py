"""What was recorded."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from runcoach.domain.activity import Channel, Lap, RecordedActivity, Source, Sport, Streams
from runcoach.domain.errors import Invalid, NotFound
from runcoach.ports.storage import Page
from runcoach.storage import streams_codec
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.activities import activities, activity_laps, activity_streams

_columns = activities.c
ACTIVITY = tuple(_columns[field.name] for field in fields(RecordedActivity))
"""What an activity is read by, in the noun's own order: names cost more than the row itself."""

_NEWEST_FIRST = (_columns.start_time.desc(), _columns.id.desc())
_SAME_START = timedelta(minutes=5)
_SAME_LENGTH = 0.10


class PgActivities(Repository):
    """Totals, laps and samples."""

    async def upsert(self, activity: RecordedActivity, laps: Sequence[Lap], streams: Streams) -> UUID:
        """Inserts or revises by (user, source, external_id); laps and streams are replaced."""
        if activity.user_id != self._user_id:
            raise ValueError("another user's activity")
        activity_id, is_new = await self._upsert_totals(activity)
        if not is_new:
            for table in (activity_laps, activity_streams):
                await self._run(delete(table).where(self._mine(table, activity_id=activity_id)))
        await self._insert(activity_laps, (_lap_row(activity_id, lap) for lap in laps))
        await self._insert(activity_streams, _stream_rows(activity_id, streams))
        return activity_id

    async def delete(self, activity_id: UUID) -> None:
        """Takes an activity away with all that hangs on it; one that is gone is fine."""
        await self._run(delete(activities).where(self._mine(activities, id=activity_id)))

    async def get(self, activity_id: UUID) -> RecordedActivity:
        """Raises NotFound."""
        row = await self._first(select(*ACTIVITY).where(self._mine(activities, id=activity_id)))
        if row is None:
            raise NotFound(what="activity")
        return to_activity(row)

    async def find_external(self, external_id: str) -> RecordedActivity | None:
        """By the source's own id; the source that came first."""
        same = select(*ACTIVITY).where(self._mine(activities, external_id=external_id))
        row = await self._first(same.order_by(_columns.created_at, _columns.id).limit(1))
        return to_activity(row) if row else None

    async def find_original(self, sha256: str) -> list[RecordedActivity]:
        """What came out of one file."""
        return await self._list(self._mine(activities, original_sha256=sha256))

    async def find_overlapping(
        self, start: datetime, elapsed_s: float, sport: Sport
    ) -> list[RecordedActivity]:
        """Activities that start within five minutes and last within ten percent: likely the same run.

        Kinds of running count as one: two devices need not agree whether it was a trail.
        """
        sports = [other.value for other in Sport if other is sport or (other.is_run and sport.is_run)]
        return await self._list(
            _columns.user_id == self._user_id,
            _columns.sport.in_(sports),
            _columns.start_time.between(start - _SAME_START, start + _SAME_START),
            func.abs(_columns.elapsed_s - elapsed_s) <= _SAME_LENGTH * elapsed_s,
        )

    async def page(
        self, *, limit: int, cursor: str | None, sport: Sport | None = None,
        first: date | None = None, last: date | None = None,
    ) -> Page:  # fmt: skip
        """Newest first. Raises Invalid on a cursor that is not ours."""
        statement = page_of(select(*ACTIVITY), self._user_id, limit, cursor, sport, first, last)
        found = [to_activity(row) for row in await self._all(statement)]
        items = tuple(found[:limit])
        return Page(items, write_cursor(items[-1]) if len(found) > limit else None)

    async def between(self, first: date, last: date) -> list[RecordedActivity]:
        """By local day, oldest first."""
        within = select(*ACTIVITY).where(self._mine(activities), _columns.local_date.between(first, last))
        rows = await self._all(within.order_by(_columns.start_time, _columns.id))
        return [to_activity(row) for row in rows]

    async def recent(self, limit: int) -> list[RecordedActivity]:
        """Newest first."""
        newest = select(*ACTIVITY).where(self._mine(activities)).order_by(*_NEWEST_FIRST).limit(limit)
        return [to_activity(row) for row in await self._all(newest)]

    async def laps(self, activity_id: UUID) -> list[Lap]:
        """In order."""
        mine = self._mine(activity_laps, activity_id=activity_id)
        rows = await self._all(select(activity_laps).where(mine).order_by(activity_laps.c.index))
        return [Lap(**{name: getattr(row, name) for name in _LAP}) for row in rows]

    async def streams(self, activity_id: UUID, channels: Iterable[Channel] | None = None) -> Streams:
        """The samples of the channels asked for, or of all; no samples at all = empty."""
        table = activity_streams.c
        wanted = select(table.channel, table.data).where(
            self._mine(activity_streams, activity_id=activity_id)
        )
        if channels is not None:
            names = [streams_codec.TIME_CHANNEL, *(channel.value for channel in channels)]
            wanted = wanted.where(table.channel.in_(names))
        found = {row.channel: streams_codec.decode(row.data) for row in await self._all(wanted)}
        time_s = found.pop(streams_codec.TIME_CHANNEL, streams_codec.NO_SAMPLES)
        return Streams(time_s, {Channel(name): values for name, values in found.items()})

    async def first_day(self, *, changed_since: datetime | None = None) -> date | None:
        """The oldest local day with an activity; or with one that was kept or changed since then."""
        oldest = select(func.min(_columns.local_date)).where(self._mine(activities))
        if changed_since is not None:
            oldest = oldest.where(_columns.updated_at >= changed_since)
        day: date | None = await self._scalar(oldest)
        return day

    async def count(self) -> int:
        """All of them."""
        return int(
            await self._scalar(select(func.count()).select_from(activities).where(self._mine(activities)))
        )

    async def _upsert_totals(self, activity: RecordedActivity) -> tuple[UUID, bool]:
        """The id that the activity has from now on, and whether it is new. A change is a new revision."""
        values = {"user_id": self._user_id, **_activity_row(activity)}
        row = (await self._connection.execute(_UPSERT, values)).one()
        return row[0], row[1]

    async def _list(self, *conditions: ColumnElement[bool]) -> list[RecordedActivity]:
        rows = await self._all(select(*ACTIVITY).where(*conditions).order_by(*_NEWEST_FIRST))
        return [to_activity(row) for row in rows]


_TOTALS = tuple(
    field.name
    for field in fields(RecordedActivity)
    if field.name not in {"id", "user_id", "source", "external_id", "revision"}
)
_LAP = tuple(field.name for field in fields(Lap))


def _upsert_statement() -> ReturningInsert[Any]:
    """Built once: it names every column three times."""
    names = ["user_id", "id", "source", "external_id", *_TOTALS]
    statement = insert(activities).values({name: bindparam(name) for name in names})
    new = statement.excluded
    is_changed = or_(*(_columns[name].is_distinct_from(new[name]) for name in _TOTALS))
    revision = case((is_changed, _columns.revision + 1), else_=_columns.revision)
    merged = statement.on_conflict_do_update(
        index_elements=["user_id", "source", "external_id"],
        set_={**{name: new[name] for name in _TOTALS}, "revision": revision},
    )
    # A row that no transaction has replaced yet was inserted by this one.
    return merged.returning(_columns.id, literal_column("activities.xmax = 0"))


_UPSERT = _upsert_statement()


def page_of(
    statement: Select[Any],
    user_id: UUID,
    limit: int,
    cursor: str | None,
    sport: Sport | None,
    first: date | None,
    last: date | None,
) -> Select[Any]:
    """One page and one row more, by which the caller sees whether there is another."""
    statement = statement.where(_columns.user_id == user_id)
    if cursor is not None:
        statement = statement.where(tuple_(_columns.start_time, _columns.id) < tuple_(*read_cursor(cursor)))
    if sport is not None:
        statement = statement.where(_columns.sport == sport.value)
    if first is not None:
        statement = statement.where(_columns.local_date >= first)
    if last is not None:
        statement = statement.where(_columns.local_date <= last)
    return statement.order_by(*_NEWEST_FIRST).limit(limit + 1)


def write_cursor(last: RecordedActivity) -> str:
    """Where the next page goes on: start and id, so that two that start together are both listed."""
    return base64.urlsafe_b64encode(json.dumps([last.start_time.isoformat(), str(last.id)]).encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Inverse of `write_cursor`. Raises Invalid."""
    try:
        start, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        instant = datetime.fromisoformat(start)
        if instant.tzinfo is None:
            raise ValueError("a cursor has a zone")
        return instant, UUID(row_id)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(field="cursor") from error


def to_activity(row: AnyRow) -> RecordedActivity:
    """A row that begins with the columns of `ACTIVITY`, as the noun."""
    row_id, user_id, source, external_id, sport, *totals = row[: len(ACTIVITY)]
    return RecordedActivity(row_id, user_id, Source(source), external_id, Sport(sport), *totals)


def _activity_row(activity: RecordedActivity) -> dict[str, Any]:
    return {
        "id": activity.id,
        "source": activity.source.value,
        "external_id": activity.external_id,
        **{name: getattr(activity, name) for name in _TOTALS},
        "sport": activity.sport.value,
    }


def _lap_row(activity_id: UUID, lap: Lap) -> dict[str, Any]:
    return {"activity_id": activity_id, **{name: getattr(lap, name) for name in _LAP}}


def _stream_rows(activity_id: UUID, streams: Streams) -> list[dict[str, Any]]:
    if not len(streams.time_s):
        return []
    samples = {channel.value: values for channel, values in streams.channels.items()}
    named = {streams_codec.TIME_CHANNEL: streams.time_s, **samples}
    return [
        {"activity_id": activity_id, "channel": name, "data": streams_codec.encode(name, values)}
        for name, values in named.items()
    ]
