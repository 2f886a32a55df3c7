import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from runcoach.embedded.errors import EngineError, PortBusyError
from runcoach.embedded.health import answers_http
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.embedded.temporal_setup import SEARCH_ATTRIBUTES, is_polled_by
from runcoach.settings import load_settings
from workflows import names

pytestmark = pytest.mark.engines


@workflow.defn(name="EmbeddedWaits")
class Waits:
    def __init__(self) -> None:
        self._word: str | None = None

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self._word is not None)
        return self._word or ""

    @workflow.signal
    def say(self, word: str) -> None:
        self._word = word


@pytest.fixture
def temporal(tmp_path: Path) -> Iterator[EmbeddedTemporal]:
    engine = EmbeddedTemporal(tmp_path)
    engine.start()
    yield engine
    engine.stop()


async def test_it_starts_with_our_search_attributes_and_a_weeks_retention(
    temporal: EmbeddedTemporal,
) -> None:
    client = await Client.connect(temporal.address)
    listing = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    kinds = {name: IndexedValueType.Name(kind) for name, kind in listing.custom_attributes.items()}
    assert SEARCH_ATTRIBUTES.keys() <= kinds.keys()
    assert kinds["RcNeedsHuman"] == "INDEXED_VALUE_TYPE_BOOL"
    namespace = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace="default")
    )
    assert namespace.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=7)


async def test_an_open_workflow_goes_on_after_kill_9(temporal: EmbeddedTemporal) -> None:
    client = await Client.connect(temporal.address)
    await client.start_workflow(Waits.run, id="waits", task_queue="q")
    temporal.kill()
    temporal.start()
    client = await Client.connect(temporal.address)
    handle = client.get_workflow_handle_for(Waits.run, "waits")
    async with Worker(client, task_queue="q", workflows=[Waits], workflow_runner=UnsandboxedWorkflowRunner()):
        await handle.signal(Waits.say, "survived")
        assert await asyncio.wait_for(handle.result(), 30) == "survived"


async def test_a_worker_is_seen_polling_by_its_pid(temporal: EmbeddedTemporal) -> None:
    import os

    host, _, port = temporal.address.partition(":")
    settings = load_settings(temporal_address=None, temporal_port=int(port))
    assert settings.temporal_target == f"{host}:{port}"
    assert not await is_polled_by(settings, "q", os.getpid())
    client = await Client.connect(temporal.address)
    async with Worker(client, task_queue="q", workflows=[Waits], workflow_runner=UnsandboxedWorkflowRunner()):
        for _ in range(100):
            if await is_polled_by(settings, "q", os.getpid()):
                break
            await asyncio.sleep(0.1)
        assert await is_polled_by(settings, "q", os.getpid())
        assert not await is_polled_by(settings, "q", 1)


def test_the_ui_is_served_when_asked_for(tmp_path: Path) -> None:
    from runcoach.embedded.ports import free_port

    ui_port = free_port()
    engine = EmbeddedTemporal(tmp_path, ui=True, ui_port=ui_port, api_port=8123)
    engine.start()
    try:
        assert answers_http(f"http://127.0.0.1:{ui_port}/")
        settings = _settings_of_ui(ui_port)
        assert "http://127.0.0.1:8123/api/v1/codec" in settings
    finally:
        engine.stop()


def _settings_of_ui(port: int) -> str:
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/settings", timeout=5) as answer:
        return str(answer.read().decode())


def test_a_database_of_another_server_version_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "temporal"
    folder.mkdir()
    (folder / "temporal.db").touch()
    (folder / "server-version").write_text("1.29.1")
    with pytest.raises(EngineError, match=r"made by Temporal server 1\.29\.1"):
        EmbeddedTemporal(tmp_path).start()


def test_busy_port_is_named_with_what_to_set(temporal: EmbeddedTemporal, tmp_path: Path) -> None:
    port = int(temporal.address.partition(":")[2])
    with pytest.raises(PortBusyError, match="RUNCOACH_TEMPORAL_PORT"):
        EmbeddedTemporal(tmp_path / "other", port).start()


def test_queue_names_are_the_ones_that_the_workflows_use() -> None:
    used = {names.CORE_QUEUE, names.GARMIN_QUEUE, names.STRAVA_QUEUE, names.LLM_QUEUE, names.CPU_QUEUE}
    assert set(load_settings().task_queues) == used
