"""What both surfaces share: a streamed call, or the plain answer of a server that ignores `stream`."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from runcoach.domain.errors import ModelUnavailable
from runcoach.providers.llm.errors import PROVIDER


async def events_of(raw: Any) -> AsyncGenerator[dict[str, Any], None]:
    """The parsed events of a raw streaming response, one dict each."""
    kind = raw.headers.get("content-type", "")
    if "event-stream" not in kind:
        yield await _whole_answer(raw, kind)
        return
    async with raw.parse() as stream:
        async for event in stream:
            yield event if isinstance(event, dict) else event.model_dump(warnings=False)


async def _whole_answer(raw: Any, kind: str) -> dict[str, Any]:
    body = await raw.http_response.aread()
    if "html" in kind:
        raise ModelUnavailable(provider=PROVIDER, cause="not_a_model")
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ModelUnavailable(provider=PROVIDER, cause="unreadable_answer")
    return answer
