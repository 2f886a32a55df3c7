"""Stands before every route, as plain ASGI so that streams pass unhindered: host, origin, size, headers, id.

Anything that nobody caught ends here as a problem that holds an id and nothing else.
"""

import logging
from secrets import token_hex

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.aliases import Alias, find_alias
from api.deps import ApiConfig
from api.errors import respond
from api.security import RESPONSE_HEADERS, check_content_type, check_host, check_origin
from runcoach.domain.errors import RunCoachError, TooLarge

UPLOAD_PATHS = frozenset({"/api/v1/imports"})
CODEC_PREFIX = "/api/v1/codec/"

log = logging.getLogger(__name__)


class Guard:
    """One per app."""

    def __init__(self, app: ASGIApp, config: ApiConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = request_id = token_hex(8)
        alias = find_alias(scope["path"])
        if alias is not None:
            scope = {**scope, "path": alias.path, "raw_path": alias.path.encode()}
        answer = _Answer(send, request_id, alias)
        try:
            limit = self._check(scope)
            await self._app(scope, _limited(receive, limit), answer.send)
        except RunCoachError as error:
            await respond(Request(scope), error)(scope, receive, answer.send)
        except Exception:
            log.exception("request %s failed", request_id)
            if answer.has_begun:
                raise
            await respond(Request(scope), RunCoachError())(scope, receive, answer.send)

    def _check(self, scope: Scope) -> int:
        """Raises what is wrong with the request's head; the limit for its body otherwise."""
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        is_upload = path in UPLOAD_PATHS
        origins = self._config.allowed_origins
        if path.startswith(CODEC_PREFIX):
            origins = origins | self._config.temporal_ui_origins
        check_host(headers, self._config.allowed_hosts)
        check_origin(method, headers, origins)
        check_content_type(method, headers, is_upload=is_upload)
        limit = self._config.upload_max_bytes if is_upload else self._config.request_max_bytes
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > limit:
            raise TooLarge()
        return limit


def _limited(receive: Receive, limit: int) -> Receive:
    """A body that tells no length is counted as it comes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge()
        return message

    return counted


class _Answer:
    """Adds our headers to whatever answers."""

    def __init__(self, send: Send, request_id: str, alias: Alias | None) -> None:
        self._send = send
        self._request_id = request_id
        self._alias = alias
        self.has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in RESPONSE_HEADERS:
                headers.setdefault(name, value)
            headers["X-Request-ID"] = self._request_id
            if self._alias is not None:
                headers.update(self._alias.headers)
        await self._send(message)
