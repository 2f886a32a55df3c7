"""Steps that show finished runs on Strava. Outbound only; the map says what is there already."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from activities.accounts import strava_account
from activities.steps import heartbeating, step
from runcoach.domain.activity import RecordedActivity, Source
from runcoach.domain.connection import ConnectionState, Provider
from runcoach.domain.errors import ProviderRejected, UnreadableFile
from runcoach.ports.bundle import Ports
from runcoach.ports.strava import UploadStatus

LARGEST_FIT_BYTES = 50_000_000


@dataclass(frozen=True)
class UploadQuery:
    """The newest runs; `started_since` (ISO) leaves out older ones."""

    user_id: UUID
    limit: int
    started_since: str | None = None


@dataclass(frozen=True)
class UploadRequest:
    """One recorded activity."""

    user_id: UUID
    activity_id: UUID


@dataclass(frozen=True)
class UploadProgress:
    """`is_done`: it is there, or was there before."""

    is_done: bool


class StravaSteps:
    """Each step may be repeated: what was sent is looked for before it is sent again."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("strava.to_upload")
    async def to_upload(self, query: UploadQuery) -> list[UUID]:
        """Runs to upload; none where Strava is not connected."""
        since = datetime.fromisoformat(query.started_since) if query.started_since else None
        async with self._ports.store.begin(query.user_id) as work:
            if (await work.connections.get(Provider.STRAVA)).state is not ConnectionState.CONNECTED:
                return []
            recent = [a for a in await work.activities.recent(max(query.limit * 3, 20)) if _may_go(a)]
            fresh = [a for a in recent if since is None or a.start_time >= since][: query.limit]
            return [a.id for a in fresh if not _is_there(await work.strava_map.get(a.id))]

    @step("strava.upload")
    async def upload(self, request: UploadRequest) -> UploadProgress:
        """Looks whether it is there, and sends it where it is not."""
        async with heartbeating():
            async with self._ports.store.begin(request.user_id) as work:
                activity = await work.activities.get(request.activity_id)
                known = await work.strava_map.get(request.activity_id)
            if _is_there(known):
                return UploadProgress(is_done=True)
            if known is not None and known.get("upload_id"):
                return UploadProgress(is_done=False)
            return await self._find_or_send(request, activity)

    @step("strava.poll")
    async def poll(self, request: UploadRequest) -> UploadProgress:
        """Asks once how far the upload is. Raises ProviderRejected where Strava refused the file."""
        async with heartbeating(), strava_account(self._ports, request.user_id) as account:
            async with self._ports.store.begin(request.user_id) as work:
                known = await work.strava_map.get(request.activity_id) or {}
            if _is_there(known):
                return UploadProgress(is_done=True)
            status = await account.upload_status(str(known["upload_id"]))
        return await self._learn(request, status)

    async def _find_or_send(self, request: UploadRequest, activity: RecordedActivity) -> UploadProgress:
        external_id = str(activity.id)
        data = fit_bytes(await self._original_of(activity))
        async with strava_account(self._ports, request.user_id) as account:
            found = await account.find_activity(external_id, activity.start_time, activity.elapsed_s)
            if found is None:
                status = await account.upload_fit(data, activity.name, external_id)
            else:
                status = UploadStatus(None, found, is_processing=False)
        return await self._learn(request, status)

    async def _original_of(self, activity: RecordedActivity) -> bytes:
        if activity.original_sha256 is None:
            raise UnreadableFile("no_original")
        return await self._ports.originals.get(activity.original_sha256)

    async def _learn(self, request: UploadRequest, status: UploadStatus) -> UploadProgress:
        error = status.error_code if status.activity_id is None else None
        state = "done" if status.activity_id else "failed" if error else "processing"
        async with self._ports.store.begin(request.user_id) as work:
            known: Mapping[str, Any] = await work.strava_map.get(request.activity_id) or {}
            values = {
                "upload_id": status.upload_id or known.get("upload_id"),
                "strava_activity_id": status.activity_id,
                "state": state,
                "error_code": error,
            }
            if state == "failed":  # the next attempt sends anew
                values["upload_id"] = None
            await work.strava_map.save(request.activity_id, values)
        if error:
            raise ProviderRejected(provider=Provider.STRAVA.value, reason=error)
        return UploadProgress(is_done=status.activity_id is not None)


def fit_bytes(data: bytes) -> bytes:
    """The FIT file itself, also where the original is a provider's zip around it."""
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [info for info in archive.infolist() if info.filename.lower().endswith(".fit")]
            if not inside or inside[0].file_size > LARGEST_FIT_BYTES:
                raise UnreadableFile("no_fit_in_zip")
            return archive.read(inside[0])
    except zipfile.BadZipFile as err:
        raise UnreadableFile("truncated") from err


def _may_go(activity: RecordedActivity) -> bool:
    """A run with its file, that did not come from there."""
    return (
        activity.sport.is_run
        and activity.original_sha256 is not None
        and activity.source is not Source.STRAVA
    )


def _is_there(known: Mapping[str, Any] | None) -> bool:
    return known is not None and bool(known.get("strava_activity_id"))
