"""The language model, whichever it is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from runcoach.domain.chat import ChatMessage, ModelTurn, ToolSpec

type OnDelta = Callable[[str], Awaitable[None]]


class LanguageModel(Protocol):
    """One model call; no retries inside."""

    async def complete(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], *, on_delta: OnDelta
    ) -> ModelTurn:
        """Streams text through `on_delta`, returns the whole turn.

        Raises ModelUnavailable (retry), ModelRefused or ProviderRejected (don't).
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, for trimming only."""
        ...
