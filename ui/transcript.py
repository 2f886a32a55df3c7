"""A conversation as the chat shows it: what was said, and the steps that the coach took for it."""

import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from runcoach.i18n import error_text
from ui.words import Json, Words

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
USER, ASSISTANT, TOOL = "user", "assistant", "tool"


@dataclass(frozen=True)
class TurnEvent:
    """One event of the stream."""

    offset: int
    kind: str
    turn_id: str
    data: Json

    @property
    def ends_turn(self) -> bool:
        """Nothing follows in this turn."""
        return self.kind in ("done", "failed")


async def turn_events(lines: AsyncIterator[str]) -> AsyncIterator[TurnEvent]:
    """Server-sent events of a turn; comments and unknown lines are passed over."""
    async for line in lines:
        if line.startswith("data:"):
            event = json.loads(line[5:])
            yield TurnEvent(event["offset"], event["kind"], event["turn_id"], event["data"])


def said(role: str, text: str) -> Json:
    """One message. Markdown stays, tags and pictures don't: nothing is loaded because a text says so.

    A zero-width space after `<` keeps it from being a tag, in prose and in code alike.
    """
    return {"role": role, "content": _TAG.sub("<\u200b", text).replace("![", "[")}


def step(name: str, words: Words, *, is_done: bool, is_error: bool = False) -> Json:
    """One step of the coach, as a folded line."""
    title = words.known(f"coach.tool.{name}", words.t("ui.chat.step"))
    metadata = {"title": ("⚠️ " if is_error else "") + title, "status": "done" if is_done else "pending"}
    return {"role": ASSISTANT, "content": "", "metadata": metadata}


def of_messages(messages: Iterable[Json], words: Words) -> list[Json]:
    """A stored transcript."""
    shown = []
    for message in messages:
        if message["role"] == TOOL:
            shown.append(step(message["tool_name"] or "", words, is_done=True))
        elif message["content"].strip():
            shown.append(said(message["role"], message["content"]))
    return shown


@dataclass
class LiveTurn:
    """The answer as it grows."""

    words: Words
    steps: dict[str, Json] = field(default_factory=dict)
    text: str = ""
    failure: str = ""
    has_proposed: bool = False

    def take(self, event: TurnEvent) -> None:
        """One more event."""
        data = event.data
        if event.kind == "delta":
            self.text += str(data.get("text", ""))
        elif event.kind == "reset":
            self.text = ""
        elif event.kind in ("tool_started", "tool_done"):
            name = str(data.get("name", ""))
            is_done = event.kind == "tool_done"
            self.steps[str(data.get("call_id"))] = step(
                name, self.words, is_done=is_done, is_error=bool(data.get("is_error"))
            )
            self.has_proposed |= is_done and name == "propose_plan"
        elif event.kind == "failed":
            self.failure = str(error_text(str(data.get("code")), self.words.language))

    def shown(self, *, is_over: bool) -> list[Any]:
        """Steps, then the text, then what went wrong; a sign of life while there is neither."""
        found = list(self.steps.values())
        if self.text.strip():
            found.append(said(ASSISTANT, self.text))
        if self.failure:
            found.append(said(ASSISTANT, f"⚠️ {self.failure}"))
        if not found and not is_over:
            found.append(said(ASSISTANT, self.words.t("ui.chat.thinking")))
        return found
