"""The ASGI layer around all services: it counts each request and lets the fault switches act on it."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runcoach.simulators.faults import Call, Fault, FaultBoard, FaultKind
from runcoach.simulators.request_log import RequestLog

#: Tells from an Authorization header whose request it is.
Owner = Callable[[str], str | None]
#: Where a service finds the server's own `send`, which `cut` needs.
RAW_SEND = "simulators.send"
_FOREVER_S = 3600.0
_DEFAULT_STATUS = {"html_instead_of_json": 403, "server_5xx": 503}
BLOCKED_PAGE = (
    b"<!DOCTYPE html><html><head>"
    b"<title>Access denied | sso.garmin.com used Cloudflare to restrict access</title>"
    b"</head><body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>"
)


def bearer_token(authorization: str) -> str:
    """The token of an Authorization header."""
    return authorization.removeprefix("Bearer ").strip()


def is_local_program(scope: Scope) -> bool:
    """Whether a request comes from this machine and not from a page in a browser, which names its origin."""
    host = (scope.get("client") or ("",))[0]
    return host in ("127.0.0.1", "::1") and b"origin" not in dict(scope["headers"])


class FaultLayer:
    """Outermost ASGI layer: logs each request, then lets the switches act on it."""

    def __init__(self, app: ASGIApp, board: FaultBoard, log: RequestLog, owners: Mapping[str, Owner]) -> None:
        self._app, self._board, self._log, self._owners = app, board, log, owners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_control"):
            allowed = is_local_program(scope)
            await (self._app(scope, receive, send) if allowed else _answer(send, 403, "text/plain", b"", {}))
            return
        service, _, rest = scope["path"].lstrip("/").partition("/")
        self._log.add(service, scope["method"], "/" + rest)
        call = Call(service, scope["method"], "/" + rest, lambda: self._account(service, scope))
        fault = self._board.take(call)
        scope[RAW_SEND] = send
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._act(fault, scope, receive, send)

    def _account(self, service: str, scope: Scope) -> str | None:
        owner = self._owners.get(service)
        return owner(dict(scope["headers"]).get(b"authorization", b"").decode()) if owner else None

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
