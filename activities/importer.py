"""One original at a time into rows: decoded in a thread, measured there too, kept in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from activities.derive import derive
from activities.recorded import part_id, recorded
from runcoach.domain.activity import DecodedActivity, RecordedActivity, Source
from runcoach.ports.bundle import Ports
from runcoach.ports.derived import DerivedActivity
from runcoach.ports.storage import UnitOfWork
from runcoach.science.anchors import AnchorBook

type Finish = Callable[[UnitOfWork, "Kept"], Awaitable[None]]


@dataclass(frozen=True)
class Original:
    """A file that lies in the original store."""

    user_id: UUID
    time_zone: str
    source: Source
    external_id: str
    name: str
    file_name: str
    sha256: str


@dataclass(frozen=True)
class Kept:
    """What became of one original; `damage`: it was read only in part, for that reason."""

    activity_ids: tuple[UUID, ...]
    first_day: date
    is_duplicate: bool
    damage: str | None = None


@dataclass(frozen=True)
class _Part:
    activity: RecordedActivity
    decoded: DecodedActivity
    derived: DerivedActivity


class Importer:
    """Keeps originals as activities with everything derived from them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def keep(
        self, original: Original, anchors: AnchorBook, finish: Finish, data: bytes | None = None
    ) -> Kept:
        """Decodes and keeps; `finish` writes the item's fate in the same transaction.

        Raises UnreadableFile, and NotFound where the original is gone.
        """
        if data is None:
            data = await self._ports.originals.get(original.sha256)
        parts = await asyncio.to_thread(self._parts, original, data, anchors)
        async with self._ports.store.begin(original.user_id) as work:
            kept = await _keep_parts(work, parts)
            await finish(work, kept)
        return kept

    def _parts(self, original: Original, data: bytes, anchors: AnchorBook) -> list[_Part]:
        sessions = self._ports.decoder.decode(data, original.file_name)
        return [self._part(original, index, session, anchors) for index, session in enumerate(sessions)]

    def _part(self, original: Original, index: int, session: DecodedActivity, anchors: AnchorBook) -> _Part:
        activity = recorded(
            session,
            user_id=original.user_id,
            time_zone=original.time_zone,
            source=original.source,
            external_id=part_id(original.external_id, index),
            name=original.name,
            original_sha256=original.sha256,
        )
        return _Part(activity, session, derive(activity, session.streams, anchors.on(activity.local_date)))


async def _keep_parts(work: UnitOfWork, parts: list[_Part]) -> Kept:
    twins = [await _twin_of(work, part.activity) for part in parts]
    ids = [twin.id if twin else await _keep_part(work, part) for part, twin in zip(parts, twins, strict=True)]
    return Kept(
        activity_ids=tuple(ids),
        first_day=min(part.activity.local_date for part in parts),
        is_duplicate=all(twin is not None for twin in twins),
        damage=_damage_of(parts),
    )


def _damage_of(parts: list[_Part]) -> str | None:
    """A wrong checksum alone is none: many watches write one over whole data."""
    found = {warning for part in parts for warning in part.decoded.warnings}
    return next((reason for reason in ("truncated", "damaged") if reason in found), None)


async def _keep_part(work: UnitOfWork, part: _Part) -> UUID:
    kept_id = await work.activities.upsert(part.activity, part.decoded.laps, part.decoded.streams)
    await work.derived.save([replace(part.derived, activity_id=kept_id)])
    return kept_id


async def _twin_of(work: UnitOfWork, activity: RecordedActivity) -> RecordedActivity | None:
    """The same run that came in another way before; dropped files may be twins of each other."""
    if activity.original_sha256 is not None:
        for known in await work.activities.find_original(activity.original_sha256):
            if known.start_time == activity.start_time and _may_be_twins(known, activity):
                return known
    alike = await work.activities.find_overlapping(activity.start_time, activity.elapsed_s, activity.sport)
    return next((known for known in alike if _is_same_run(known, activity)), None)


def _may_be_twins(known: RecordedActivity, activity: RecordedActivity) -> bool:
    """A row that a provider sends again is an edit of itself; a file that is dropped again is the same."""
    return known.source is not activity.source or activity.source is Source.FILE


def _is_same_run(known: RecordedActivity, activity: RecordedActivity) -> bool:
    """Of two dropped files the times overlap by half: repetitions recorded one by one are own runs."""
    if known.source is not activity.source:
        return True
    apart_s = abs((known.start_time - activity.start_time).total_seconds())
    is_other_file = known.original_sha256 != activity.original_sha256
    return activity.source is Source.FILE and is_other_file and apart_s < activity.elapsed_s / 2
