"""What a listener hears of an answer while it is written: whole sentences, their figures checked first."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence

from agent.evidence import evidence_of
from agent.guardrails import unverified
from runcoach.domain.chat import ChatMessage

SHORTEST_PAUSE_S = 0.15
_END_OF_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")


class CheckedStream:
    """Collects deltas and lets out what is complete and holds, at most every 150 ms."""

    def __init__(self, transcript: Sequence[ChatMessage], publish: Callable[[str], Awaitable[None]]) -> None:
        self._evidence = evidence_of(transcript)
        self._publish = publish
        self._rest = ""
        self._ready = ""
        self._last_s = time.monotonic()
        self.has_spoken = False

    async def hear(self, delta: str) -> None:
        """A piece of the answer as the model writes it."""
        self._rest += delta
        while (end := _END_OF_SENTENCE.search(self._rest)) is not None:
            self._take(self._rest[: end.end()])
            self._rest = self._rest[end.end() :]
        if self._ready and time.monotonic() - self._last_s >= SHORTEST_PAUSE_S:
            await self._flush()

    async def close(self) -> None:
        """The last sentence, which nothing ends."""
        self._take(self._rest)
        self._rest = ""
        await self._flush()

    def _take(self, sentence: str) -> None:
        if not unverified(sentence, self._evidence):
            self._ready += sentence

    async def _flush(self) -> None:
        if self._ready:
            text, self._ready = self._ready, ""
            await self._publish(text)
            self.has_spoken = True
        self._last_s = time.monotonic()
