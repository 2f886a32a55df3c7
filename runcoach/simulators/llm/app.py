"""The OpenAI-compatible routes, to be mounted under `/llm`: base URL `…/llm/v1`."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send

from runcoach.simulators.fault_layer import RAW_SEND, cut
from runcoach.simulators.llm.chat import chat_chunks, chat_reply, read_chat
from runcoach.simulators.llm.embeddings import embeddings_reply
from runcoach.simulators.llm.responses import read_responses, responses_events, responses_reply
from runcoach.simulators.llm.state import LlmState
from runcoach.simulators.llm.turn import Answer, Ask, Failure

MODELS = ("simulated-coach", "simulated-coach-mini", "text-embedding-simulated")
_CREATED = 1_790_000_000
_FLUSH_S = 0.05  # so that what was said leaves before the connection goes


class Llm:
    """The routes."""

    def __init__(self, state: LlmState) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        return [
            Route("/v1/models", self._models),
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/responses", self._responses, methods=["POST"]),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
        ]

    async def _models(self, _request: Request) -> Response:
        rows = [{"id": m, "object": "model", "created": _CREATED, "owned_by": "runcoach"} for m in MODELS]
        return JSONResponse({"object": "list", "data": rows})

    async def _embeddings(self, request: Request) -> Response:
        if not _key(request):
            return _failed(_NO_KEY)
        return JSONResponse(embeddings_reply(await request.json()))

    async def _chat(self, request: Request) -> Response:
        ask = read_chat(await request.json())

        def events(answer: Answer, number: str) -> Iterator[str]:
            for chunk in chat_chunks(ask, answer, number, _CREATED):
                yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
            yield "data: [DONE]\n\n"

        return await self._reply(request, ask, chat_reply, events)

    async def _responses(self, request: Request) -> Response:
        ask = read_responses(await request.json())

        def events(answer: Answer, number: str) -> Iterator[str]:
            for event in responses_events(ask, answer, number, _CREATED):
                yield f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"

        return await self._reply(request, ask, responses_reply, events)

    async def _reply(
        self,
        request: Request,
        ask: Ask,
        whole: Callable[[Ask, Answer, str, int], dict[str, Any]],
        events: Callable[[Answer, str], Iterator[str]],
    ) -> Response:
        key = _key(request)
        if not key:
            return _failed(_NO_KEY)
        said, number = self._state.answer(key, ask), secrets.token_hex(12)
        if isinstance(said, Failure):
            return _failed(said)
        await asyncio.sleep(said.delay_s)
        if not ask.stream:
            return JSONResponse(whole(ask, said, number, _CREATED), headers={"x-request-id": f"req_{number}"})
        headers = {"x-request-id": f"req_{number}"}
        return _Stream(events(said, number), said.cut_after_chunks, headers)


class _Stream(StreamingResponse):
    """Server-sent events; cut off after so many of them when that was asked for."""

    def __init__(self, events: Iterator[str], cut_after: int | None, headers: dict[str, str]) -> None:
        super().__init__(_paced(islice(events, cut_after)), media_type="text/event-stream", headers=headers)
        self._is_cut = cut_after is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_cut:
            await super().__call__(scope, receive, send)
            return

        async def unfinished(message: Message) -> None:
            if message.get("body") or message["type"] == "http.response.start":
                await send(message)

        await self.stream_response(unfinished)
        await asyncio.sleep(_FLUSH_S)
        await cut(scope[RAW_SEND])


async def _paced(events: Iterator[str]) -> AsyncIterator[str]:
    for event in events:
        yield event
        await asyncio.sleep(0)


_NO_KEY = Failure(401, "You didn't provide an API key.", "invalid_api_key")


def _key(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


def _failed(failure: Failure) -> Response:
    body = {"message": failure.message, "type": failure.kind, "param": None, "code": failure.code}
    return JSONResponse({"error": body}, failure.status, headers=failure.headers)


def llm_app(state: LlmState) -> Router:
    """Every route of the model server."""
    return Router(Llm(state).routes())
