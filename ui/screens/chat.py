"""The coach: questions, answers as they are written, and the steps behind them."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import gradio as gr

from ui.client import ApiProblem
from ui.screens.visit import Screen, Visit, listen
from ui.transcript import LiveTurn, of_messages, said, turn_events
from ui.words import Json

CHIPS = 4
SHOWN_EVERY_S = 0.1
NEW = "new"
LONGEST = 8000
# The address names the conversation, so that a reload shows it again
_REMEMBER = """(id) => {
  if (id) history.replaceState(null, "", location.pathname + "?c=" + encodeURIComponent(id));
}"""


class Chat(Screen):
    """One conversation at a time; the API keeps them all."""

    name = "chat"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        self.frame()
        head = gr.HTML(elem_id="chat-head", padding=False)
        log = gr.Chatbot(
            elem_id="chat-log", show_label=False, label=self.t("ui.nav.chat"), height="58vh", min_height=320,
            buttons=["copy"], feedback_options=None, sanitize_html=True, allow_tags=False, layout="bubble",
            allow_file_downloads=False, placeholder=self.t("ui.chat.empty"), group_consecutive_messages=True,
        )  # fmt: skip
        proposal = gr.HTML(elem_id="chat-proposal", padding=False)
        with gr.Row(elem_id="chat-chips"):
            chips = [
                gr.Button(self.t(f"ui.chat.chip.{n}"), size="sm", elem_id=f"chat-chip-{n}", min_width=60)
                for n in range(1, CHIPS + 1)
            ]
        with gr.Row(elem_id="chat-bar"):
            text = gr.Textbox(
                show_label=False, label=self.t("ui.chat.input"), placeholder=self.t("ui.chat.input"),
                lines=1, max_lines=6, max_length=LONGEST, elem_id="chat-input", scale=6, container=False,
                autofocus=True,
            )  # fmt: skip
            send = gr.Button(self.t("ui.chat.send"), variant="primary", elem_id="chat-send", scale=1)
            stop = gr.Button(
                self.t("ui.chat.stop"), variant="stop", elem_id="chat-stop", visible=False, scale=1
            )
        conversation = gr.Textbox(visible="hidden", elem_id="chat-conversation")
        outputs = [log, conversation, text, send, stop, proposal, head]
        listen(blocks.load, self.load, outputs=outputs)
        for event in (send.click, text.submit):
            listen(event, self.send, inputs=[text, conversation], outputs=outputs)
        for chip in chips:
            listen(chip.click, self.send, inputs=[chip, conversation], outputs=outputs)
        listen(stop.click, self.stop, inputs=[conversation])
        listen(conversation.change, None, inputs=[conversation], js=_REMEMBER)

    async def load(self, request: gr.Request) -> AsyncIterator[list[Any]]:
        """The conversation of the address, else the newest; an answer that is being written goes on."""
        visit = self.visit(request)
        try:
            kept = (await visit.get("/ai/conversations"))["items"]
            wanted = visit.query.get("c") or (kept[0]["id"] if kept else NEW)
            head = visit.render("chat_head.html", kept=kept, current=wanted)
            if not _is_id(wanted):
                yield [[], "", gr.skip(), *_idle(), await _card(visit), head]
                return
            found = await visit.get(f"/ai/conversations/{wanted}")
            log = of_messages(found["messages"], visit.words)
            if found["open_turn_id"]:
                async for state in self._follow(visit, wanted, 0, log, found["open_turn_id"]):
                    yield [*state, head]
                return
            yield [log, wanted, gr.skip(), *_idle(), await _card(visit), head]
        except ApiProblem as problem:
            yield [[], "", gr.skip(), *_idle(), "", self.problem(problem)]

    async def send(self, text: str, conversation: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        """Asks, then shows the answer as it comes."""
        visit = self.visit(request)
        question = (text or "").strip()[:LONGEST]
        if not question:
            yield [gr.skip()] * 7
            return
        log: list[Json] = []
        try:
            if _is_id(conversation):
                found = await visit.get(f"/ai/conversations/{conversation}")
                log = of_messages(found["messages"], visit.words)
            log.append(said("user", question))
            yield [log + LiveTurn(visit.words).shown(is_over=False), gr.skip(), "", *_busy(), "", gr.skip()]
            body = {"message": question, "conversation_id": conversation if _is_id(conversation) else None}
            asked = await visit.post("/ai/chat", body, key=str(uuid4()))
            async for state in self._follow(
                visit, asked["conversation_id"], asked["after"], log, asked["turn_id"]
            ):
                yield [*state, gr.skip()]
        except ApiProblem as problem:
            told = said("assistant", f"⚠️ {self.words.problem(problem)}")
            yield [[*log, told], gr.skip(), question, *_idle(), "", gr.skip()]

    async def _follow(
        self, visit: Visit, conversation: str, after: int, log: list[Json], turn_id: str
    ) -> AsyncIterator[list[Any]]:
        """Everything but the head, again and again until the turn is over."""
        turn, shown_at = LiveTurn(visit.words), 0.0
        yield [log + turn.shown(is_over=False), conversation, gr.skip(), *_busy(), gr.skip()]
        lines = visit.api.stream_lines(visit.caller, f"/ai/conversations/{conversation}/stream", after=after)
        async for event in turn_events(lines):
            if event.turn_id != turn_id:
                continue
            turn.take(event)
            if event.ends_turn:
                break
            if event.kind != "delta" or time.monotonic() - shown_at > SHOWN_EVERY_S:
                shown_at = time.monotonic()
                yield [log + turn.shown(is_over=False), conversation, gr.skip(), *_busy(), gr.skip()]
        final = log + turn.shown(is_over=True)
        if not turn.failure:  # the kept transcript is what counts
            found = await visit.get(f"/ai/conversations/{conversation}")
            final = of_messages(found["messages"], visit.words)
        yield [final, conversation, gr.skip(), *_idle(), await _card(visit, just_asked=turn.has_proposed)]

    async def stop(self, conversation: str, request: gr.Request) -> None:
        """The answer ends where it is."""
        if _is_id(conversation):
            try:
                await self.visit(request).post(f"/ai/conversations/{conversation}/stop")
            except ApiProblem as problem:
                gr.Warning(self.words.problem(problem))


async def _card(visit: Visit, *, just_asked: bool = False) -> str:
    """The proposal that waits, or is being made, as a card with a link to the decision."""
    waiting = (await visit.get("/approvals"))["items"]
    return visit.render("chat_proposal.html", p=waiting[0] if waiting else None, just_asked=just_asked)


def _idle() -> list[Any]:
    return [gr.update(interactive=True, visible=True), gr.update(visible=False)]


def _busy() -> list[Any]:
    return [gr.update(interactive=False, visible=False), gr.update(visible=True)]


def _is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
