"""The control API: what the services accepted, what was asked of them, and the switches.

It asks for no password, and so answers only programs on this machine: no other address, no web page.

GET    /_control/health
GET    /_control/ledger?service=&account=&effect=&after=
GET    /_control/requests?service=&contains=         counts by route and by exact path
POST   /_control/faults {service, route_glob, kind, times?, after?, delay_s?, retry_after_s?, status?,
                         method?, account?}
GET    /_control/faults, DELETE /_control/faults, DELETE /_control/faults/{id}
POST   /_control/reset {"what": ["faults", "requests", "ledger", "scripts", "state"]}   default: all but state

The routes of each service beside these are in the `control` module of its room.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.context import Context

Resetter = Callable[[], None]


class Control:
    """Routes shared by all services; each service adds its own beside these."""

    def __init__(self, ctx: Context, forgetters: Sequence[Resetter], forget_scripts: Resetter) -> None:
        self._ctx, self._forgetters, self._forget_scripts = ctx, forgetters, forget_scripts

    def routes(self) -> list[Route]:
        faults = "/_control/faults"
        return [
            Route("/_control/health", self._health),
            Route("/_control/ledger", self._ledger),
            Route("/_control/requests", self._requests),
            Route(faults, self._list_faults, methods=["GET"]),
            Route(faults, self._add_fault, methods=["POST"]),
            Route(faults, self._clear_faults, methods=["DELETE"]),
            Route(faults + "/{id:int}", self._remove_fault, methods=["DELETE"]),
            Route("/_control/reset", self._reset, methods=["POST"]),
        ]

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"ok": True, "today": str(self._ctx.clock.today())})

    async def _ledger(self, request: Request) -> Response:
        asked = request.query_params
        entries = self._ctx.ledger.entries(
            service=asked.get("service"),
            account=asked.get("account"),
            effect=asked.get("effect"),
            after=int(asked.get("after", 0)),
        )
        return JSONResponse([asdict(entry) for entry in entries])

    async def _requests(self, request: Request) -> Response:
        service, part = request.query_params.get("service"), request.query_params.get("contains", "")
        log = self._ctx.requests

        def rows(counted: Any) -> list[dict[str, Any]]:
            return [
                {"service": s, "method": m, "path": p, "count": n}
                for (s, m, p), n in counted.items()
                if service in (None, s) and part in p
            ]

        return JSONResponse({"routes": rows(log.routes), "paths": rows(log.paths)})

    async def _list_faults(self, _request: Request) -> Response:
        return JSONResponse([asdict(fault) for fault in self._ctx.faults.faults])

    async def _add_fault(self, request: Request) -> Response:
        try:
            fault = self._ctx.faults.add(**await request.json())
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(asdict(fault), 201)

    async def _clear_faults(self, _request: Request) -> Response:
        self._ctx.faults.faults.clear()
        return Response(status_code=204)

    async def _remove_fault(self, request: Request) -> Response:
        return Response(status_code=204 if self._ctx.faults.remove(request.path_params["id"]) else 404)

    async def _reset(self, request: Request) -> Response:
        asked = await request.json() if await request.body() else {}
        what = asked.get("what", ["faults", "requests", "ledger", "scripts"])
        if "faults" in what:
            self._ctx.faults.faults.clear()
        if "requests" in what:
            self._ctx.requests.clear()
        if "ledger" in what:
            self._ctx.store.clear_ledger()
        if "scripts" in what:
            self._forget_scripts()
        if "state" in what:
            self._ctx.store.wipe()
            for forget in self._forgetters:
                forget()
        return Response(status_code=204)
