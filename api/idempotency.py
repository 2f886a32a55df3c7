"""`Idempotency-Key`: an effect asked for twice happens once and is answered alike.

A failed request releases its key; a finished one keeps its answer for as long as the store remembers it.
"""

from collections.abc import Callable, Coroutine, Mapping
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.deps import Caller, find_caller
from api.errors import InvalidRequest
from api.guard import UPLOAD_PATHS
from api.schemas.common import FieldProblem
from api.security import SAFE_METHODS

HEADER = "idempotency-key"
LONGEST_KEY = 255

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class EffectRoute(APIRoute):
    """A route that honours the header on unsafe methods of logged-in callers."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in SAFE_METHODS:
                return await handle(request)
            if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
                raise InvalidRequest([FieldProblem(field=HEADER, reason="string_too_long")])
            caller = await find_caller(request)
            if caller is None:
                return await handle(request)
            return await _answer_once(request, caller, key, handle)

        return once


async def _answer_once(request: Request, caller: Caller, key: str, handle: Handler) -> Response:
    accounts, fingerprint = caller.deps.store.accounts, await _fingerprint(request)
    stored = await accounts.remember_reply(caller.user.id, key, fingerprint, None, caller.now)
    if stored is not None:
        return _replay(stored)
    try:
        response = await handle(request)
    except BaseException:
        await accounts.forget_reply(caller.user.id, key)
        raise
    reply = {"status": response.status_code, "body": bytes(response.body).decode()}
    await accounts.remember_reply(caller.user.id, key, fingerprint, reply, caller.now)
    return response


def _replay(stored: Mapping[str, Any]) -> Response:
    media_type = "application/json" if stored["body"] else None
    headers = {"Idempotency-Replayed": "true"}
    return Response(stored["body"], int(stored["status"]), media_type=media_type, headers=headers)


async def _fingerprint(request: Request) -> str:
    """What was asked. An upload is known by its length: a repeated one has another boundary in its body."""
    line = f"{request.method} {request.url.path}?{request.url.query}"
    if request.url.path in UPLOAD_PATHS:
        body = request.headers.get("content-length", "").encode()
    else:
        body = await request.body()
    return sha256(line.encode() + b"\n" + body).hexdigest()
