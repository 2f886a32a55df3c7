"""What RunCoach needs of a Temporal server, and how to see whether it has it."""

import socket
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    UpdateNamespaceRequest,
)
from temporalio.envconfig import ClientConfig
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from runcoach.settings import Settings

SEARCH_ATTRIBUTES = {
    "RcUserId": "Keyword",
    "RcKind": "Keyword",
    "RcStatus": "Keyword",
    "RcProvider": "Keyword",
    "RcIsoWeek": "Keyword",
    "RcErrorType": "Keyword",
    "RcNeedsHuman": "Bool",
}
RETENTION = timedelta(days=7)
_CALL = timedelta(seconds=3)


async def is_serving(address: str, namespace: str = "default") -> bool:
    """Whether the frontend answers and the namespace knows our search attributes."""
    try:
        service = await _connect(address)
        if not await service.check_health(timeout=_CALL):
            return False
        listing = await service.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=namespace), timeout=_CALL
        )
    except (RPCError, RuntimeError):
        return False
    return SEARCH_ATTRIBUTES.keys() <= listing.custom_attributes.keys()


async def set_retention(address: str, namespace: str = "default") -> None:
    """Keep closed workflows a week: long enough to look into, short enough to forget."""
    service = await _connect(address)
    wanted = Duration()
    wanted.FromTimedelta(RETENTION)
    now = await service.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=namespace), timeout=_CALL
    )
    if now.config.workflow_execution_retention_ttl != wanted:
        await service.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=namespace, config=NamespaceConfig(workflow_execution_retention_ttl=wanted)
            ),
            timeout=_CALL,
        )


async def is_polled_by(settings: Settings, queue: str, pid: int | None) -> bool:
    """Whether the worker with that pid, or any on this host, takes tasks of a queue.

    Known by the SDK's default identity, `pid@host`.
    """
    host = socket.gethostname()
    try:
        service = await ServiceClient.connect(_connection(settings))
        for kind in (TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW):
            answer = await service.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=settings.temporal_namespace,
                    task_queue=TaskQueue(name=queue),
                    task_queue_type=kind,
                ),
                timeout=_CALL,
            )
            if any(_is_worker(poller.identity, host, pid) for poller in answer.pollers):
                return True
    except (RPCError, RuntimeError):
        return False
    return False


def _is_worker(identity: str, host: str, pid: int | None) -> bool:
    found_pid, _, found_host = identity.partition("@")
    return found_host == host and (pid is None or found_pid == str(pid))


def _connection(settings: Settings) -> ConnectConfig:
    """The embedded server is plain; another one may want what Temporal's own variables say."""
    if settings.embeds_temporal:
        return ConnectConfig(target_host=settings.temporal_target, lazy=True)
    named = ClientConfig.load_client_connect_config()
    return ConnectConfig(
        target_host=settings.temporal_target,
        api_key=named.get("api_key"),
        tls=named.get("tls", False),
        rpc_metadata=named.get("rpc_metadata", {}),
        lazy=True,
    )


async def _connect(address: str) -> ServiceClient:
    return await ServiceClient.connect(ConnectConfig(target_host=address, lazy=True))
