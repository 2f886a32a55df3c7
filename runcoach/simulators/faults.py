"""Switches that make a simulated service misbehave, and the ASGI layer that acts on them.

A switch names a service and a glob over the path behind the service's prefix (`/workout-service/*`), lets
`after` matching requests through, then strikes `times` times (for ever when None).
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runcoach.simulators.request_log import RequestLog

#: Where a service finds the server's own `send`, which `cut` needs.
RAW_SEND = "simulators.send"
_FOREVER_S = 3600.0
_DEFAULT_STATUS = {"html_instead_of_json": 403, "server_5xx": 503}
BLOCKED_PAGE = (
    b"<!DOCTYPE html><html><head>"
    b"<title>Access denied | sso.garmin.com used Cloudflare to restrict access</title>"
    b"</head><body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>"
)


class FaultKind(StrEnum):
    """Ways in which the outside world fails."""

    UNAUTHORIZED_401 = "unauthorized_401"
    RATE_LIMITED_429 = "rate_limited_429"
    HTML_INSTEAD_OF_JSON = "html_instead_of_json"
    SERVER_5XX = "server_5xx"
    HANG = "hang"
    SLOW_DRIP = "slow_drip"
    ACCEPTED_REPLY_LOST = "accepted_reply_lost"
    RESET_BEFORE_EFFECT = "reset_before_effect"
    TRUNCATED_BODY = "truncated_body"
    MALFORMED_JSON = "malformed_json"
    EMPTY_BODY = "empty_body"


@dataclass
class Fault:
    """One switch; `seen` and `struck` count as requests go by."""

    id: int
    service: str
    route_glob: str
    kind: FaultKind
    times: int | None = 1
    after: int = 0
    delay_s: float | None = None
    retry_after_s: int | None = None
    status: int | None = None
    method: str | None = None
    seen: int = 0
    struck: int = 0

    def strikes(self, service: str, method: str, path: str) -> bool:
        """Whether this request is hit; counts it either way."""
        if (
            service != self.service
            or self.method not in (None, method)
            or not fnmatchcase(path, self.route_glob)
        ):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True


@dataclass
class FaultBoard:
    """The switches that are on, in the order they were thrown."""

    faults: list[Fault] = field(default_factory=list)
    _next: int = 1

    def add(self, **switch: Any) -> Fault:
        """Throw a switch; unknown kinds and fields raise."""
        fault = Fault(id=self._next, **{**switch, "kind": FaultKind(switch["kind"])})
        self._next += 1
        self.faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        kept = [f for f in self.faults if f.id != fault_id]
        removed = len(kept) < len(self.faults)
        self.faults = kept
        return removed

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """The first switch that strikes this request."""
        return next((f for f in self.faults if f.strikes(service, method, path)), None)


class FaultLayer:
    """Outermost ASGI layer: logs each request, then lets the switches act on it."""

    def __init__(self, app: ASGIApp, board: FaultBoard, log: RequestLog) -> None:
        self._app, self._board, self._log = app, board, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_control"):
            await self._app(scope, receive, send)
            return
        service, _, rest = scope["path"].lstrip("/").partition("/")
        self._log.add(service, scope["method"], "/" + rest)
        fault = self._board.take(service, scope["method"], "/" + rest)
        scope[RAW_SEND] = send
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._act(fault, scope, receive, send)

    async def _act(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case FaultKind.HANG:
                await _until_given_up(receive, fault.delay_s or _FOREVER_S)
                await cut(send)
            case FaultKind.RESET_BEFORE_EFFECT:
                await cut(send)
            case FaultKind.ACCEPTED_REPLY_LOST:
                await _reply_of(self._app, scope, receive)
                await cut(send)
            case FaultKind.SLOW_DRIP:
                await _drip(send, await _reply_of(self._app, scope, receive), fault.delay_s or 1.0)
            case FaultKind.TRUNCATED_BODY:
                await _truncate(send, await _reply_of(self._app, scope, receive))
            case _:
                await _drain(receive)
                await _answer(send, *_canned(fault))


def _canned(fault: Fault) -> tuple[int, str, bytes, dict[str, str]]:
    wait = {"retry-after": str(fault.retry_after_s)} if fault.retry_after_s is not None else {}
    json_type = "application/json;charset=UTF-8"
    match fault.kind:
        case FaultKind.UNAUTHORIZED_401:
            body = {"message": "HTTP 401 Unauthorized", "error": "NotAuthorizedException"}
            return 401, json_type, json.dumps(body).encode(), {}
        case FaultKind.RATE_LIMITED_429:
            body = {"message": "Too Many Requests", "errors": "Rate Limit Exceeded", "status": "429"}
            return 429, json_type, json.dumps(body).encode(), wait
        case FaultKind.MALFORMED_JSON:
            return fault.status or 200, json_type, b'{"activityId": 123, "activityName": "half a', {}
        case FaultKind.EMPTY_BODY:
            return fault.status or 200, json_type, b"", {}
        case FaultKind.SERVER_5XX:
            return fault.status or _DEFAULT_STATUS[fault.kind], "text/plain", b"upstream connect error", wait
        case _:
            return fault.status or _DEFAULT_STATUS[fault.kind], "text/html; charset=utf-8", BLOCKED_PAGE, wait


async def cut(send: Send) -> None:
    """Drop the connection without a byte of reply."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the simulator cuts the connection here")
    transport.abort()
    await asyncio.sleep(0)


async def _until_given_up(receive: Receive, longest_s: float) -> None:
    """Wait for the client to hang up, no longer than this."""

    async def hung_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(hung_up(), longest_s)


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


async def _answer(send: Send, status: int, content_type: str, body: bytes, extra: dict[str, str]) -> None:
    headers = {"content-type": content_type, "content-length": str(len(body)), **extra}
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _reply_of(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    """Run the request to its end, keeping the reply back."""
    kept: list[Message] = []

    async def keep(message: Message) -> None:
        kept.append(message)

    await app(scope, receive, keep)
    return kept


async def _drip(send: Send, reply: list[Message], pause_s: float) -> None:
    body = b"".join(m.get("body", b"") for m in reply[1:])
    await send(reply[0])
    for place in range(len(body)):
        await send({"type": "http.response.body", "body": body[place : place + 1], "more_body": True})
        await asyncio.sleep(pause_s)
    await send({"type": "http.response.body", "body": b""})


async def _truncate(send: Send, reply: list[Message]) -> None:
    body = b"".join(m.get("body", b"") for m in reply[1:])
    await send(reply[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await asyncio.sleep(0.05)  # so that the half leaves before the connection goes
    await cut(send)
