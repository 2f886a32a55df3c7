"""The plan and the decision on a proposal: what changes, why, what goes to the watch, until when."""

from typing import Any
from uuid import UUID

import gradio as gr

from ui.client import ApiProblem
from ui.screens.goal import GoalAndDays
from ui.screens.visit import SKELETON, Screen, Visit, listen, or_problem
from ui.words import Json

REFRESH_S = 3
SHOWN_CHANGES = 14
PUSH_STEPS = ("created", "scheduled", "verified")
WAITING = frozenset({"running", "waiting"})


class PlanPage(Screen):
    """Nine weeks, and the proposal that waits for the runner."""

    name = "plan"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        self.frame()
        head = gr.HTML(SKELETON, elem_id="plan-head", padding=False)
        message = gr.HTML(elem_id="plan-message", padding=False)
        push = gr.HTML(elem_id="plan-push", padding=False)
        proposal = gr.HTML(elem_id="plan-proposal", padding=False)
        with gr.Column(elem_classes="card", elem_id="plan-decide", visible=False) as decide:
            gr.HTML(self.notice(self.t("ui.plan.decide.text")), padding=False)
            approve = gr.Button(self.t("ui.plan.approve"), variant="primary", elem_id="proposal-approve")
            with gr.Row(equal_height=True):
                reason = gr.Textbox(
                    label=self.t("ui.plan.reason"), placeholder=self.t("ui.plan.reason.hint"), max_length=500,
                    elem_id="proposal-reason", scale=3,
                )  # fmt: skip
                reject = gr.Button(
                    self.t("ui.plan.reject"), variant="stop", elem_id="proposal-reject", scale=1
                )
        with gr.Row():
            generate = gr.Button(self.t("ui.plan.generate"), elem_id="plan-generate")
        GoalAndDays(self.api, self.words.language).build(blocks)
        calendar = gr.HTML(elem_id="plan-calendar", padding=False)
        shown = gr.Textbox(visible="hidden", elem_id="proposal-shown")
        signature = gr.State("")
        outputs = [head, proposal, decide, push, calendar, shown, signature]
        listen(blocks.load, self.load, outputs=outputs)
        timer = gr.Timer(REFRESH_S)
        listen(timer.tick, self.refresh, inputs=[signature], outputs=outputs)
        for event, handler, inputs in (
            (approve.click, self.approve, [shown]),
            (reject.click, self.reject, [shown, reason]),
            (generate.click, self.generate, None),
        ):
            done = listen(event, handler, inputs=inputs, outputs=[message], concurrency_limit=5)
            again = listen(done.then, self.load, outputs=outputs)
            listen(again.then, None, js="() => window.scrollTo({ top: 0, behavior: 'smooth' })")

    @or_problem(7)
    async def load(self, request: gr.Request) -> list[Any]:
        """The approved plan, and the proposal to decide on."""
        return await self._all(self.visit(request))

    @or_problem(7)
    async def refresh(self, signature: str, request: gr.Request) -> list[Any]:
        """Again, where something has changed."""
        found = await self._all(self.visit(request))
        return found if found[-1] != signature else [gr.skip()] * len(found)

    async def _all(self, visit: Visit) -> list[Any]:
        plans, waiting, jobs, summary = await visit.get_all(
            "/plans/two-months", "/approvals", "/jobs?limit=20", "/dashboard/summary"
        )
        plan = plans["plan"]
        proposal = await self._proposal(visit, plans, waiting)
        approved = await visit.get(f"/approvals/{plan['id']}") if plan else None
        is_open = bool(proposal and proposal["is_open"])
        texts = [
            visit.render("plan_head.html", plan=plan, ledger=plans["ledger"], proposal=proposal),
            visit.render("plan_proposal.html", p=proposal, shown=SHOWN_CHANGES) if is_open else "",
            visit.render("plan_push.html", p=approved, steps=PUSH_STEPS, planning=_planning(jobs))
            if approved or _planning(jobs)
            else "",
            visit.render(
                "plan_weeks.html", weeks=_weeks(plan, proposal), is_draft=not plan, today=summary["today"]
            ),
        ]
        head, card, push, weeks = texts
        key = f"{proposal['id']}:{proposal['content_hash']}" if proposal and is_open else ""
        signature = str(hash((*texts, key)))
        return [head, card, gr.update(visible=is_open), push, weeks, key, signature]

    async def _proposal(self, visit: Visit, plans: Json, waiting: Json) -> Json | None:
        """The one that the address names, else the newest open one."""
        asked = visit.query.get("proposal") or plans["open_proposal_id"]
        if not asked and waiting["items"]:
            asked = waiting["items"][0]["id"]
        if not _is_id(asked):
            return None
        try:
            found: Json = await visit.get(f"/approvals/{asked}")
        except ApiProblem as problem:
            if problem.status == 404:
                return None
            raise
        return found

    @or_problem(1)
    async def approve(self, shown: str, request: gr.Request) -> list[Any]:
        """Exactly what was on the screen, by its hash; a second click is the same decision."""
        proposal_id, _, content_hash = shown.partition(":")
        if not _is_id(proposal_id):
            return [self.notice(self.t("ui.plan.nothing_open"), "warn")]
        path, key = f"/approvals/{proposal_id}/approve", f"approve-{proposal_id}-{content_hash[:16]}"
        await self.visit(request).post(path, {"content_hash": content_hash}, key=key)
        return [self.notice(self.t("ui.plan.approved"), "good")]

    @or_problem(1)
    async def reject(self, shown: str, reason: str, request: gr.Request) -> list[Any]:
        """With the reason, which goes back to the coach."""
        proposal_id = shown.partition(":")[0]
        if not _is_id(proposal_id):
            return [self.notice(self.t("ui.plan.nothing_open"), "warn")]
        if not reason.strip():
            return [self.notice(self.t("ui.plan.reason.missing"), "warn")]
        visit = self.visit(request)
        await visit.post(f"/approvals/{proposal_id}/reject", {"reason": reason.strip()[:500]})
        return [self.notice(self.t("ui.plan.rejected"))]

    @or_problem(1)
    async def generate(self, request: gr.Request) -> list[Any]:
        """A new proposal; nothing reaches the watch by this."""
        await self.visit(request).post("/plans/generate", {"cause": "requested"})
        return [self.notice(self.t("ui.plan.generating"))]


def _is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _weeks(plan: Json | None, proposal: Json | None) -> list[Json]:
    if plan:
        return list(plan["weeks"])
    return list(proposal["weeks"]) if proposal else []


def _planning(jobs: Json) -> list[Json]:
    """Plans being made now."""
    return [job for job in jobs["items"] if job["kind"] == "weekly_plan" and job["state"] in WAITING]
