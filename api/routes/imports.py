"""Files that a runner drops in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile

from api.accepting import launch
from api.deps import ApiConfig, Caller, CallerDep
from api.errors import InvalidRequest
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.schemas.common import FieldProblem
from api.schemas.ingest import ImportAccepted, ImportFileOut, ImportOut, ImportsOut
from api.views.jobs import job_out
from api.views.sync import file_out, refused_file
from runcoach.domain.connection import JobStatus
from runcoach.domain.errors import NotFound
from workflows.contracts import ImportFilesInput
from workflows.names import CORE_QUEUE, import_id

router = APIRouter(prefix="/imports", tags=["imports"], route_class=EffectRoute)

FIELD = "files"
LONGEST_NAME = 200
FIT_MARK, FIT_MARK_AT, SHORTEST_FIT = b".FIT", 8, 14
ZIP_MARK = b"PK\x03\x04"
WAITING = "waiting"

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


@dataclass(frozen=True)
class Dropped:
    """One file of the form: kept by its hash, or refused with a reason."""

    name: str
    size_bytes: int
    sha256: str | None = None
    reason: str | None = None


@router.post("", status_code=202, openapi_extra=_FORM)
async def take_files(request: Request, caller: CallerDep) -> ImportAccepted:
    """Keeps the originals and starts the import; what cannot be an activity file is refused by name."""
    dropped = await _read_form(request, caller)
    kept = [file for file in dropped if file.sha256 is not None]
    refused = [file for file in dropped if file.sha256 is None]
    if not kept:
        raise InvalidRequest([FieldProblem(field=f.name, reason=f.reason or "empty") for f in refused])
    upload_id = await _store_rows(caller, kept)
    begun = await launch(
        caller,
        Start(
            "ImportFiles",
            import_id(upload_id),
            CORE_QUEUE,
            ImportFilesInput(caller.user.id, upload_id),
            f"{len(kept)} files",
        ),
    )
    return ImportAccepted(
        **begun.model_dump(), upload_id=upload_id, files=[_dropped_out(f, caller.language) for f in dropped]
    )


async def _read_form(request: Request, caller: Caller) -> list[Dropped]:
    """Raises InvalidRequest where there is no file, or more than the limit."""
    config = caller.deps.config
    async with request.form(max_files=config.upload_max_files + 1, max_fields=10) as form:
        uploads = [item for item in form.getlist(FIELD) if isinstance(item, UploadFile)]
        if not uploads:
            raise InvalidRequest([FieldProblem(field=FIELD, reason="missing")])
        if len(uploads) > config.upload_max_files:
            raise InvalidRequest([FieldProblem(field=FIELD, reason="too_long")])
        return [await _keep(upload, caller) for upload in uploads]


async def _keep(upload: UploadFile, caller: Caller) -> Dropped:
    name, size = safe_name(upload.filename), upload.size or 0
    is_archive = (await upload.read(len(ZIP_MARK))) == ZIP_MARK
    await upload.seek(0)
    reason = _size_reason(size, caller.deps.config, is_archive=is_archive)
    if reason is None:
        data = await upload.read()
        reason = sniff(data)
        if reason is None:
            return Dropped(name, size, await caller.deps.originals.put(data))
    return Dropped(name, size, reason=reason)


def _size_reason(size_bytes: int, config: ApiConfig, *, is_archive: bool) -> str | None:
    if size_bytes == 0:
        return "empty"
    most = config.upload_archive_max_bytes if is_archive else config.upload_file_max_bytes
    return "too_large" if size_bytes > most else None


def sniff(data: bytes) -> str | None:
    """Why these bytes are no activity file; None = worth a try. The name is not asked."""
    if data.startswith(ZIP_MARK):
        return None
    if data[FIT_MARK_AT : FIT_MARK_AT + len(FIT_MARK)] != FIT_MARK:
        return "not_fit"
    return "truncated" if len(data) < SHORTEST_FIT else None


def safe_name(name: str | None) -> str:
    """The last part of the name without control characters: shown, never used as a path."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip()
    return shown[:LONGEST_NAME] or "file"


async def _store_rows(caller: Caller, kept: list[Dropped]) -> UUID:
    first = kept[0]
    async with caller.begin() as work:
        upload_id = await work.uploads.create(first.name, first.sha256 or "", first.size_bytes)
        for file in kept:
            await work.uploads.add_file(upload_id, file.name, file.sha256 or "", file.size_bytes)
    return upload_id


def _dropped_out(file: Dropped, language: str) -> ImportFileOut:
    if file.sha256 is None:
        return refused_file(file.name, file.size_bytes, file.reason or "other", language)
    row = {"file_name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes, "state": WAITING}
    return file_out(row, language)


@router.get("")
async def imports(caller: CallerDep, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> ImportsOut:
    """Newest first."""
    async with caller.begin() as work:
        uploads = await work.uploads.list(limit)
        found = [(upload, await work.uploads.files(upload["id"])) for upload in uploads]
        jobs = [await work.jobs.get(import_id(upload["id"])) for upload in uploads]
    return ImportsOut(
        items=[_import_out(u, files, job, caller) for (u, files), job in zip(found, jobs, strict=True)]
    )


@router.get("/{upload_id}")
async def one_import(upload_id: UUID, caller: CallerDep) -> ImportOut:
    """One drop: every file and its fate."""
    async with caller.begin() as work:
        upload = await work.uploads.get(upload_id)
        if upload is None:
            raise NotFound()
        files = await work.uploads.files(upload_id)
        job = await work.jobs.get(import_id(upload_id))
    return _import_out(upload, files, job, caller)


def _import_out(upload: Mapping[str, Any], files: Any, job: JobStatus | None, caller: Caller) -> ImportOut:
    is_waiting = any(file["state"] == WAITING for file in files)
    return ImportOut(
        id=upload["id"],
        created_at=upload.get("created_at"),
        state="waiting" if is_waiting else "done",
        files=[file_out(file, caller.language) for file in files],
        job=job_out(job, caller.language, caller.runs_url) if job else None,
    )
