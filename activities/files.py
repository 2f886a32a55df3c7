"""Steps that import what a runner dropped in, file by file; one that cannot be read stops nobody."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from uuid import UUID

from temporalio import activity

from activities.anchors import load_anchors
from activities.changed import earliest_changed
from activities.contracts import FilesRequest, FilesResult
from activities.importer import Importer, Kept, Original
from activities.jobs import JobNote, save_job
from activities.steps import heartbeating, is_shutting_down, step
from runcoach.domain.activity import Source
from runcoach.domain.connection import JobState
from runcoach.domain.errors import NotFound, UnreadableFile
from runcoach.ports.bundle import Ports
from runcoach.ports.files import ArchivedFile
from runcoach.ports.storage import UnitOfWork
from runcoach.science.anchors import AnchorBook

WAITING, UNPACKED = "waiting", "unpacked"
LONGEST_NAME = 200


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
                if not await self._unpacked(request, file):
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
                request.upload_id, sha256, name, state, reason=kept.damage, activity_ids=kept.activity_ids
            )

        try:
            return await self._importer.keep(original, anchors, finish)
        except (UnreadableFile, NotFound) as err:
            reason = err.reason if isinstance(err, UnreadableFile) else err.code
            async with self._ports.store.begin(request.user_id) as work:
                await work.uploads.finish_file(request.upload_id, sha256, name, "unreadable", reason=reason)
            return None

    async def _unpacked(self, request: FilesRequest, file: Mapping[str, Any]) -> bool:
        """Whether it was an archive, whose files wait now one by one, each with a fate of its own."""
        name, sha256 = str(file["file_name"]), str(file["sha256"])
        try:
            data = await self._ports.originals.get(sha256)
            found = await asyncio.to_thread(self._ports.decoder.unpack, data)
        except (UnreadableFile, NotFound):
            return False  # the import says why
        if found is None:
            return False
        hashes = [await self._ports.originals.put(member.data) for member in found]
        async with self._ports.store.begin(request.user_id) as work:
            for member, own_hash in zip(found, hashes, strict=True):
                await _note_member(work, request.upload_id, name, member, own_hash)
            await work.uploads.finish_file(request.upload_id, sha256, name, UNPACKED)
        return True

    async def _result(self, request: FilesRequest, kept: list[Kept | None]) -> FilesResult:
        async with self._ports.store.begin(request.user_id) as work:
            states = [file["state"] for file in await work.uploads.files(request.upload_id)]
            remaining, unreadable = states.count(WAITING), states.count("unreadable")
            unpacked = states.count(UNPACKED)
            note = JobNote(
                user_id=request.user_id,
                job_id=activity.info().workflow_id or "",
                kind="import_files",
                state=JobState.RUNNING,
                phase="importing",
                done=len(states) - remaining - unreadable - unpacked,
                total=len(states) - unpacked,
                failed=unreadable,
            )
            await save_job(work, note, self._ports.clock.now())
            new = [each for each in kept if each is not None and not each.is_duplicate]
            first_day = await earliest_changed(work, request.began, [each.first_day for each in new])
        return FilesResult(
            imported=len(new),
            duplicate=sum(each is not None and each.is_duplicate for each in kept),
            unreadable=sum(each is None for each in kept),
            remaining=remaining,
            first_day=first_day,
        )


async def _note_member(
    work: UnitOfWork, upload_id: UUID, archive: str, member: ArchivedFile, sha256: str
) -> None:
    name = f"{archive}/{_shown(member.name)}" if member.name else PurePath(archive).stem
    await work.uploads.add_file(upload_id, name, sha256, len(member.data))
    if member.reason is not None:
        await work.uploads.finish_file(upload_id, sha256, name, "unreadable", reason=member.reason)


def _shown(name: str) -> str:
    """A name out of an archive, without control characters; shown, never used as a path."""
    return "".join(char for char in name if char.isprintable())[-LONGEST_NAME:]
