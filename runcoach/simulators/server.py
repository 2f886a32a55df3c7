"""The simulated outside world on one port, for the demo athlete and for tests.

The control API is told in `control.py` and in the `control` module of each service's room.
`build_app(config)` is the ASGI app; `SimulatorServer(config)` runs it in a thread on 127.0.0.1.
Services lie under their own prefix: `/garmin`, `/strava`, `/llm`; the control API under `/_control`.

Pointing the real clients at it (`base` is `server.base_url`):

garminconnect 0.3.20, no base-URL option, so by attribute on each `Garmin` object before `login()`::

    client = garmin.client
    client._sso = client._connect = client._connectapi = base + "/garmin"
    client._portal_service_url = base + "/garmin/app"
    client._di_token_url = base + "/garmin/di-oauth2-service/oauth/token"

  The pauses of a login are module globals of `garminconnect.client.sso` (patching the package's aliases does
  nothing): set LOGIN_DELAY_MIN_S/MAX_S, WIDGET_DELAY_MIN_S/MAX_S and MOBILE_DELAY_MIN_S/MAX_S to 0.
  A blocked login is an `html_instead_of_json` switch with status 429 on each of `/mobile/*`, `/sso/*` and
  `/portal/*`: the library tries them all before it raises GarminConnectTooManyRequestsError.

stravalib 2.6: requests adapter that rewrites `https://www.strava.com` to `base + "/strava"`::

    class Rewrite(HTTPAdapter):
        def send(self, request, **kwargs):
            url = urlsplit(request.url)
            request.url = base + "/strava" + url.path + ("?" + url.query if url.query else "")
            return super().send(request, **kwargs)
    session.mount("https://www.strava.com", Rewrite())

  In a browser: `base + "/strava/oauth/authorize?…"` (approves by itself and redirects).

openai 3.52: `OpenAI(base_url=base + "/llm/v1", api_key="anything", max_retries=0)`.

uvicorn must run with http="h11": curl_cffi asks for h2c over plain HTTP, and httptools then drops the body.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from runcoach.simulators.context import Context, WorldConfig
from runcoach.simulators.control import Control
from runcoach.simulators.fault_layer import FaultLayer, bearer_token
from runcoach.simulators.garmin.app import garmin_app
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.control import GarminControl
from runcoach.simulators.llm.app import llm_app
from runcoach.simulators.llm.control import LlmControl
from runcoach.simulators.llm.state import LlmState
from runcoach.simulators.strava.app import strava_app
from runcoach.simulators.strava.control import StravaControl
from runcoach.simulators.strava.state import StravaState

_START_TIMEOUT_S = 20.0


def build_app(config: WorldConfig) -> FaultLayer:
    """Every simulated service behind the fault switches."""
    ctx = Context.of(config)
    cloud = GarminCloud(ctx)
    strava = StravaState(ctx)
    llm = LlmState(ctx)
    control = Control(ctx, (cloud.forget, strava.forget), llm.forget)
    rooms = (control, GarminControl(cloud), StravaControl(strava), LlmControl(llm))
    routes = [
        *(route for room in rooms for route in room.routes()),
        Mount("/garmin", garmin_app(cloud)),
        Mount("/strava", strava_app(strava)),
        Mount("/llm", llm_app(llm)),
    ]
    owners = {"garmin": cloud.owner_of, "strava": strava.owner_of, "llm": bearer_token}
    return FaultLayer(Starlette(routes=routes), ctx.faults, ctx.requests, owners)


def uvicorn_config(config: WorldConfig, host: str, port: int) -> uvicorn.Config:
    """How the app must be served: see the module docstring for h11."""
    return uvicorn.Config(
        build_app(config),
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


class SimulatorServer:
    """The app in a thread of this process; leaving the context stops it."""

    def __init__(self, config: WorldConfig | None = None, port: int = 0) -> None:
        self.config = config or WorldConfig()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(uvicorn_config(self.config, "127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._run, name="simulators", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> "SimulatorServer":
        """Start and wait until it answers."""
        self._thread.start()
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the simulators did not start")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Stop it and wait for the thread."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        with contextlib.suppress(OSError):
            self._socket.close()

    def __enter__(self) -> "SimulatorServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
