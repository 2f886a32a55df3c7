"""Steps that import what a runner dropped in, file by file; one that cannot be read stops nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from temporalio import activity

from activities.anchors import load_anchors
from activities.importer import Importer, Kept, Original
from activities.jobs import JobNote, save_job
from activities.steps import heartbeating, is_shutting_down, step
from runcoach.domain.activity import Source
from runcoach.domain.connection import JobState
from runcoach.domain.errors import NotFound, UnreadableFile
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork
from runcoach.science.anchors import AnchorBook

WAITING = "waiting"


@dataclass(frozen=True)
class FilesRequest:
    """The next files of an upload."""

    user_id: UUID
    upload_id: UUID
    limit: int = 10


@dataclass(frozen=True)
class FilesResult:
    """`first_day` (ISO): the earliest day that changed."""

    imported: int
    duplicate: int
    unreadable: int
    remaining: int
    first_day: str | None = None


class FileSteps:
    """Steps of ImportFiles."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._importer = Importer(ports)

    @step("files.import_next")
    async def import_next(self, request: FilesRequest) -> FilesResult:
        """Decodes and keeps the next waiting files, each committed on its own."""
        async with self._ports.store.begin(request.user_id) as work:
            files = await work.uploads.files(request.upload_id)
            zone = (await work.users.get()).time_zone
            anchors = await load_anchors(work)
        waiting = [file for file in files if file["state"] == WAITING][: request.limit]
        kept: list[Kept | None] = []
        async with heartbeating() as tell:
            for file in waiting:
                if is_shutting_down() and kept:
                    break
                kept.append(await self._import(request, zone, file, anchors))
                tell(len(kept), len(waiting))
        return await self._result(request, kept)

    async def _import(
        self, request: FilesRequest, zone: str, file: Mapping[str, Any], anchors: AnchorBook
    ) -> Kept | None:
        name, sha256 = str(file["file_name"]), str(file["sha256"])
        title = PurePath(name).stem
        original = Original(request.user_id, zone, Source.FILE, sha256, title, name, sha256)

        async def finish(work: UnitOfWork, kept: Kept) -> None:
            state = "duplicate" if kept.is_duplicate else "imported"
            await work.uploads.finish_file(
                request.upload_id, sha256, name, state, activity_ids=kept.activity_ids
            )

        try:
            return await self._importer.keep(original, anchors, finish)
        except (UnreadableFile, NotFound) as err:
            reason = err.reason if isinstance(err, UnreadableFile) else err.code
            async with self._ports.store.begin(request.user_id) as work:
                await work.uploads.finish_file(request.upload_id, sha256, name, "unreadable", reason=reason)
            return None

    async def _result(self, request: FilesRequest, kept: list[Kept | None]) -> FilesResult:
        async with self._ports.store.begin(request.user_id) as work:
            states = [file["state"] for file in await work.uploads.files(request.upload_id)]
            remaining, unreadable = states.count(WAITING), states.count("unreadable")
            note = JobNote(
                user_id=request.user_id,
                job_id=activity.info().workflow_id or "",
                kind="import_files",
                state=JobState.RUNNING,
                phase="importing",
                done=len(states) - remaining - unreadable,
                total=len(states),
                failed=unreadable,
            )
            await save_job(work, note, self._ports.clock.now())
        new = [each for each in kept if each is not None and not each.is_duplicate]
        return FilesResult(
            imported=len(new),
            duplicate=sum(each is not None and each.is_duplicate for each in kept),
            unreadable=sum(each is None for each in kept),
            remaining=remaining,
            first_day=min(each.first_day for each in new).isoformat() if new else None,
        )
