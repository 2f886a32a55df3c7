"""Files dropped in become activities; what is damaged is listed by name with a reason, the rest goes on."""

import asyncio
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client

from runcoach.domain.connection import JobState
from runcoach.domain.errors import StorageUnavailable
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.rigs.durable import Rig, World, real_ports, running_workers
from tests.rigs.faulty import FaultyStore
from tests.shared_files import shared
from workflows.contracts import ImportFilesInput
from workflows.import_files import ImportFiles
from workflows.names import CORE_QUEUE, import_id

pytestmark = pytest.mark.engines

FILES = {
    "fit/run/Activity.fit": "imported",
    "fit/run/garmin-fenix-5-run.fit": "imported",
    "fit/corrupt/empty.fit": "unreadable",
    "fit/course/fitlocations-sample.fit": "unreadable",
}


async def test_good_files_are_kept_and_damaged_ones_named(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    data = {path: shared(f"fixtures/{path}").read_bytes() for path in FILES}
    data["not a fit.fit"] = b"GIF89a and so on"
    hashes = {path: await rig.ports.originals.put(content) for path, content in data.items()}
    async with rig.store.begin(user.id) as work:
        first, *rest = data
        upload_id = await work.uploads.create(first, hashes[first], len(data[first]))
        listed = {str(file["file_name"]) for file in await work.uploads.files(upload_id)}
        for path in rest if first in listed else data:
            await work.uploads.add_file(upload_id, path, hashes[path], len(data[path]))
    result = await rig.client.execute_workflow(
        ImportFiles.run,
        ImportFilesInput(user.id, upload_id),
        id=import_id(upload_id),
        task_queue=CORE_QUEUE,
    )
    async with rig.store.begin(user.id) as work:
        files = {str(file["file_name"]): file for file in await work.uploads.files(upload_id)}
        kept = await work.activities.recent(50)
    assert {path: files[path]["state"] for path in FILES} == FILES
    assert files["fit/corrupt/empty.fit"]["reason"] == "empty"
    assert files["not a fit.fit"]["reason"] == "not_fit"
    assert (result.imported, result.failed) == (2, 3)
    assert all(run.distance_m and run.elapsed_s > 0 for run in kept)
    assert all(run.avg_hr_bpm is None or 60 < run.avg_hr_bpm < 200 for run in kept)
    job = await rig.job(user.id, import_id(upload_id))
    assert job is not None
    assert (job.state, job.failed) == (JobState.DONE, 3)


async def test_figures_follow_a_file_that_was_kept_before_the_step_broke(
    store: PgStore, clock: FakeClock, temporal_client: Client, world: World, a_user: MakeUser, tmp_path: Path
) -> None:
    faulty = FaultyStore(store, "jobs", "save", lambda job: job.done > 0)
    faulty.error = StorageUnavailable(retry_after_s=0.2)
    ports = real_ports(faulty, clock, tmp_path / "originals", world.base_url)
    user, content = await a_user(), shared("fixtures/fit/run/Activity.fit").read_bytes()
    sha256 = await ports.originals.put(content)
    async with store.begin(user.id) as work:
        upload_id = await work.uploads.create("run.fit", sha256, len(content))
        if not await work.uploads.files(upload_id):
            await work.uploads.add_file(upload_id, "run.fit", sha256, len(content))
    async with running_workers(temporal_client, ports):
        handle = await temporal_client.start_workflow(
            ImportFiles.run,
            ImportFilesInput(user.id, upload_id),
            id=import_id(upload_id),
            task_queue=CORE_QUEUE,
        )
        while faulty.failures < 2:
            await asyncio.sleep(0.1)
        faulty.error = None
        await handle.result()
    async with store.begin(user.id) as work:
        [run] = await work.activities.recent(2)
        days = await work.metrics.daily(run.local_date, run.local_date)
    assert [daily.day for daily in days] == [run.local_date]


async def test_same_file_again_is_a_duplicate_of_itself(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    content = shared("fixtures/fit/run/Activity.fit").read_bytes()
    sha256 = await rig.ports.originals.put(content)
    for _ in range(2):
        async with rig.store.begin(user.id) as work:
            upload_id = await work.uploads.create("run.fit", sha256, len(content))
            if not await work.uploads.files(upload_id):
                await work.uploads.add_file(upload_id, "run.fit", sha256, len(content))
        await rig.client.execute_workflow(
            ImportFiles.run,
            ImportFilesInput(user.id, upload_id),
            id=import_id(upload_id),
            task_queue=CORE_QUEUE,
        )
    async with rig.store.begin(user.id) as work:
        assert await work.activities.count() == 1


async def drop(rig: Rig, user_id: UUID, **files: bytes) -> dict[str, Mapping[str, Any]]:
    """Imports files as one upload; `a__fit` is a.fit. Their fates by name."""
    names = {key.replace("__", "."): data for key, data in files.items()}
    hashes = {name: await rig.ports.originals.put(data) for name, data in names.items()}
    async with rig.store.begin(user_id) as work:
        first = next(iter(names))
        upload_id = await work.uploads.create(first, hashes[first], len(names[first]))
        for name, data in names.items():
            await work.uploads.add_file(upload_id, name, hashes[name], len(data))
    await rig.client.execute_workflow(
        ImportFiles.run,
        ImportFilesInput(user_id, upload_id),
        id=import_id(upload_id),
        task_queue=CORE_QUEUE,
    )
    async with rig.store.begin(user_id) as work:
        return {str(file["file_name"]): file for file in await work.uploads.files(upload_id)}


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return packed.getvalue()


async def test_each_file_of_an_archive_has_a_fate_of_its_own(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    run = shared("fixtures/fit/run/Activity.fit").read_bytes()
    other = shared("fixtures/fit/run/garmin-fenix-5-run.fit").read_bytes()
    archive = zipped(first__fit=run, second__fit=other, empty__fit=b"", readme__txt=b"hello")
    files = await drop(rig, user.id, many__zip=archive)
    assert {name: file["state"] for name, file in files.items()} == {
        "many.zip": "unpacked",
        "many.zip/first.fit": "imported",
        "many.zip/second.fit": "imported",
        "many.zip/empty.fit": "unreadable",
    }
    assert files["many.zip/empty.fit"]["reason"] == "empty"


async def test_run_dropped_alone_and_in_an_archive_is_one_run(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    run = shared("fixtures/fit/run/Activity.fit").read_bytes()
    assert (await drop(rig, user.id, run__fit=run))["run.fit"]["state"] == "imported"
    again = await drop(rig, user.id, all__zip=zipped(copy__fit=run))
    assert again["all.zip/copy.fit"]["state"] == "duplicate"
    async with rig.store.begin(user.id) as work:
        assert await work.activities.count() == 1


async def test_same_run_exported_twice_as_different_bytes_is_one_run(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    run = shared("fixtures/fit/run/garmin-fenix-5-run.fit").read_bytes()
    files = await drop(rig, user.id, a__fit=run, b__fit=run[:-2] + b"\x00\x00")  # another checksum
    assert sorted(file["state"] for file in files.values()) == ["duplicate", "imported"]


async def test_file_cut_in_the_middle_is_imported_with_its_reason(rig: Rig, a_user: MakeUser) -> None:
    user = await a_user()
    run = shared("fixtures/fit/run/garmin-fenix-5-run.fit").read_bytes()
    half = (await drop(rig, user.id, half__fit=run[: len(run) // 2]))["half.fit"]
    assert (half["state"], half["reason"]) == ("imported", "truncated")
