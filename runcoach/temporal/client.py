"""The one place that connects to a Temporal server, embedded, own or in the cloud."""

import asyncio
import logging
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from runcoach.domain.errors import OrchestratorUnavailable
from runcoach.settings import KeyRing, Settings
from runcoach.temporal.converter import data_converter

_ATTEMPTS = 10
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0

log = logging.getLogger(__name__)


async def connect(
    settings: Settings, ring: KeyRing | None = None, *, attempts: int = _ATTEMPTS, lazy: bool = False
) -> Client:
    """A client with our converter. Waits for a server that is still starting, up to `attempts` times.

    `lazy` connects at the first call; workers cannot use such a client. Raises OrchestratorUnavailable.
    """
    options = _options(settings) | {"data_converter": data_converter(ring or settings.codec_keys)}
    if lazy:
        return await Client.connect(**options, lazy=True)
    wait_s = _FIRST_WAIT_S
    for attempt in range(1, attempts + 1):
        try:
            return await Client.connect(**options)
        except (RPCError, RuntimeError, OSError) as err:
            log.info("Temporal does not answer yet (attempt %d of %d)", attempt, attempts)
            if attempt == attempts:
                raise OrchestratorUnavailable() from err
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
    raise OrchestratorUnavailable()


def _options(settings: Settings) -> dict[str, Any]:
    """What TEMPORAL_* and its profile say; where they are silent, the settings."""
    found: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    found.setdefault("target_host", settings.temporal_target)
    found.setdefault("namespace", settings.temporal_namespace)
    if settings.temporal_address is not None:
        found["target_host"] = settings.temporal_address
    return found
