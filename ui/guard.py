"""Stands before everything that the UI process serves, outside the Gradio mounts.

Gradio's own checks don't cover all of its routes, nor one user against another. So here: only our hosts and
origins, only logged-in callers, only the handful of Gradio routes that our pages use (none that takes or
gives a file), and an event stream belongs to the user who opened it.
"""

import hashlib
import json
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runcoach.i18n import LANGUAGES
from ui.client import ApiClient, ApiProblem, Caller

OPEN_PATHS = frozenset({"/login", "/register", "/healthz", "/favicon.ico", "/manifest.json"})
OPEN_PREFIXES = ("/static/",)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOUNTS = tuple(f"/{language}" for language in LANGUAGES)
PAGES = ("chat", "plan", "data", "activity")
_GRADIO_OPEN = re.compile(
    rf"(|/|/({'|'.join(PAGES)})/?|/config/?|/theme\.css|/manifest\.json|/assets/.+|/static/.+|/svelte/.+"
    r"|/gradio_api/(queue/join/?|queue/data|heartbeat/[\w-]+|startup-events|cancel|reset/?|app_id/?))"
)
_BODY_LIMIT = 1024 * 1024
_REMEMBERED_S = 3.0
_MOST_REMEMBERED = 5000

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
STRICT_CSP = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# Gradio's own page has inline scripts and builds its templates with `new Function`
GRADIO_CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; "
    "form-action 'self'"
)


@dataclass
class _Remembered:
    """Answers of `/auth/me` for seconds, and who opened which event stream; both bounded."""

    people: OrderedDict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=OrderedDict)
    streams: OrderedDict[str, str] = field(default_factory=OrderedDict)


class Guard:
    """One per process."""

    def __init__(
        self, app: ASGIApp, api: ApiClient, *, origins: frozenset[str], hosts: frozenset[str]
    ) -> None:
        self._app = app
        self._api = api
        self._origins = origins
        self._hosts = hosts
        self._seen = _Remembered()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"]
        csp = GRADIO_CSP if _mount_of(path) else STRICT_CSP
        guarded = _with_headers(send, csp, is_static=_is_static(path))
        refusal = self._refusal(scope)
        if refusal is None and not _is_open(path):
            refusal, receive = await self._check_person(scope, receive)
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """What is wrong with the request's head, whoever sends it."""
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if _host_of(headers) not in self._hosts:
            return _refused(421, "unknown_host")
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return _refused(403, "foreign_origin")
        fetched = headers.get("sec-fetch-site")
        is_inner = "/gradio_api/" in path or method not in SAFE_METHODS
        if is_inner and fetched not in (None, "same-origin", "none"):
            return _refused(403, "foreign_origin")
        if method not in SAFE_METHODS and origin is None and headers.get("x-rc-request") != "1":
            return _refused(403, "foreign_origin")
        mount = _mount_of(path)
        if mount and not _GRADIO_OPEN.fullmatch(path.removeprefix(mount)):
            return _refused(404, "not_found")
        return None

    async def _check_person(self, scope: Scope, receive: Receive) -> tuple[Response | None, Receive]:
        request = Request(scope)
        caller = Caller(request.cookies, "ko")
        if caller.is_anonymous:
            return _log_in_first(request), receive
        try:
            me = await self._person(caller)
        except ApiProblem as problem:
            return (_log_in_first(request) if problem.status == 401 else _unavailable(request)), receive
        scope.setdefault("state", {})["me"] = me
        if "/gradio_api/" not in scope["path"]:
            return None, receive
        return await self._check_stream(scope, receive, str(me["id"]))

    async def _person(self, caller: Caller) -> Mapping[str, Any]:
        """Who it is; the API is asked again after a few seconds."""
        key = hashlib.sha256(json.dumps(dict(caller.session), sort_keys=True).encode()).hexdigest()
        known, now = self._seen.people.get(key), time.monotonic()
        if known and now - known[0] < _REMEMBERED_S:
            return known[1]
        me: Mapping[str, Any] = await self._api.get(caller, "/auth/me")
        _remember(self._seen.people, key, (now, me))
        return me

    def forget(self, caller: Caller) -> None:
        """After a logout or a change of preferences the next request asks the API."""
        self._seen.people.clear()

    async def _check_stream(
        self, scope: Scope, receive: Receive, user_id: str
    ) -> tuple[Response | None, Receive]:
        """A session hash belongs to the user who used it first."""
        hashes = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
        hashes += re.findall(r"/heartbeat/([\w-]+)", scope["path"])
        if scope["method"] not in SAFE_METHODS:
            body = await _read(receive)
            if body is None:
                return _refused(413, "too_large"), receive
            found = _session_hash(body)
            if found is not None:
                hashes.append(found)
            receive = _replay(body, receive)
        for one in hashes:
            if self._seen.streams.get(one, user_id) != user_id:
                return _refused(404, "not_found"), receive
            _remember(self._seen.streams, one, user_id)
        return None, receive


def _remember(known: OrderedDict[str, Any], key: str, value: Any) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > _MOST_REMEMBERED:
        known.popitem(last=False)


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where it is larger than any of our events."""
    body: bytes = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > _BODY_LIMIT:
            return None
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes (a disconnect)."""
    is_told = False

    async def told() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return told


def _session_hash(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    found = value.get("session_hash") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _host_of(headers: Headers) -> str | None:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return None


def _mount_of(path: str) -> str | None:
    return next((mount for mount in MOUNTS if path == mount or path.startswith(f"{mount}/")), None)


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES)


def _is_static(path: str) -> bool:
    mount = _mount_of(path)
    return path.startswith("/static/") or bool(
        mount and path.startswith((f"{mount}/assets/", f"{mount}/svelte/"))
    )


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _log_in_first(request: Request) -> Response:
    """A page leads to the login and back; anything else is told so."""
    if _wants_page(request) or request.url.path == "/":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)
    return _refused(401, "not_logged_in")


def _unavailable(request: Request) -> Response:
    if _wants_page(request):
        return RedirectResponse("/login?problem=unreachable", 303)
    return JSONResponse({"code": "api_unreachable"}, status_code=503, headers={"Retry-After": "3"})


def _with_headers(send: Send, csp: str, *, is_static: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Content-Security-Policy"] = csp
            if not is_static:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return guarded
