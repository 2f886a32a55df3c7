"""An ETag on every JSON answer to a GET, and 304 where the caller has it already."""

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETags:
    """Whole answers only; streams pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        await self._app(scope, receive, _Tagging(send, known).send)


class _Tagging:
    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = {tag.strip() for tag in known.split(",")}
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_whole_json(message):
            self._start = message
        elif self._start is not None:
            start, self._start = self._start, None
            if message.get("more_body"):
                await self._send(start)
                await self._send(message)
            else:
                await self._send_tagged(start, message)
        else:
            await self._send(message)

    async def _send_tagged(self, start: Message, body: Message) -> None:
        tag = f'"{sha256(body.get("body", b"")).hexdigest()[:32]}"'
        headers = MutableHeaders(scope=start)
        headers["ETag"] = tag
        if tag in self._known:
            start["status"] = 304
            del headers["content-length"]
            body = {**body, "body": b""}
        await self._send(start)
        await self._send(body)


def _is_whole_json(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return bool(message["status"] == 200 and headers.get("content-type", "").startswith("application/json"))
