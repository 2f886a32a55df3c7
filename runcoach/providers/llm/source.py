"""The port: picks the surface, bounds the call, speaks our errors."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from runcoach.domain.chat import ChatMessage, ModelTurn, ToolSpec
from runcoach.domain.errors import ModelRefused, ProviderRejected
from runcoach.ports.llm import OnDelta
from runcoach.providers.llm.chat import complete_chat
from runcoach.providers.llm.client import build_client, is_openai
from runcoach.providers.llm.errors import PROVIDER, WrongSurface, our_errors
from runcoach.providers.llm.responses import ResponsesSurface
from runcoach.providers.llm.tokens import count_tokens

type Surface = Literal["responses", "chat"]


class OpenAIModel:
    """Implements LanguageModel. `api="auto"`: Responses at OpenAI itself, Chat Completions elsewhere."""

    def __init__(
        self,
        api_key: str | None,
        base_url: str | None,
        model: str,
        *,
        api: Literal["auto", "responses", "chat"] = "auto",
        timeout_s: float = 120.0,
        tiktoken_cache_dir: Path | None = None,
    ) -> None:
        self._client = build_client(api_key, base_url, timeout_s)
        self._model = model
        self._timeout_s = timeout_s
        self._cache_dir = tiktoken_cache_dir
        self._may_switch = api == "auto"
        preferred: Surface = "responses" if is_openai(base_url) else "chat"
        self._surface: Surface = preferred if api == "auto" else api
        self._responses = ResponsesSurface(self._client, model)

    async def complete(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], *, on_delta: OnDelta
    ) -> ModelTurn:
        """One call. Where the server wants the other surface, that one is asked, now and from then on."""
        try:
            return await self._ask(messages, tools, on_delta)
        except WrongSurface:
            if not self._may_switch:
                raise ProviderRejected(provider=PROVIDER, cause="wrong_surface") from None
        self._may_switch = False
        self._surface = "chat" if self._surface == "responses" else "responses"
        try:
            return await self._ask(messages, tools, on_delta)
        except WrongSurface:
            raise ProviderRejected(provider=PROVIDER, cause="wrong_surface") from None

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, for trimming only; never waits for a network."""
        return count_tokens(text, self._cache_dir)

    async def close(self) -> None:
        """Gives the connections back."""
        await self._client.close()

    async def _ask(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], on_delta: OnDelta
    ) -> ModelTurn:
        async with our_errors(), asyncio.timeout(self._timeout_s):
            if self._surface == "responses":
                turn = await self._responses.complete(messages, tools, on_delta)
            else:
                turn = await complete_chat(self._client, self._model, messages, tools, on_delta)
        if not turn.text.strip() and not turn.tool_calls and turn.finish == "stop":
            raise ModelRefused(provider=PROVIDER, cause="empty")
        return turn
