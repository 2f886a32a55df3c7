"""Server-sent events from rows that are polled: no broker, resumable by offset."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse

KEEP_ALIVE_S = 15.0
KEEP_ALIVE = b": still here\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event(kind: str, data: Any, *, offset: int | None = None) -> bytes:
    """One event; `data` as one line of JSON."""
    lines = [] if offset is None else [f"id: {offset}"]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "\n".join([*lines, f"event: {kind}", f"data: {text}", "", ""]).encode()


def event_stream(chunks: AsyncIterator[bytes]) -> StreamingResponse:
    """The response of a stream."""
    return StreamingResponse(chunks, media_type="text/event-stream", headers=HEADERS)


async def kept_alive(request: Request, polls: AsyncIterator[bytes | None]) -> AsyncIterator[bytes]:
    """What `polls` yields, with a comment in long silences (None); ends with the client."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    async for chunk in polls:
        now = loop.time()
        if chunk is not None:
            last = now
            yield chunk
        elif now - last >= KEEP_ALIVE_S:
            last = now
            yield KEEP_ALIVE
        if await request.is_disconnected():
            return
