"""A runner with runs, a plan and a proposal; and a conversation that is driven as the workflow drives it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from agent.guardrails import GuardedAnswer, guard_answer
from agent.loop import Continue, Finish, Refuse, TurnState, next_step
from agent.red_flags import red_flag_answer
from agent.toolbox import Toolbox
from agent.tools.contract import PlanIntent, PlanWish, ToolContext
from runcoach.domain.activity import RecordedActivity, Source
from runcoach.domain.chat import ChatMessage, ModelTurn, Role
from runcoach.domain.plan import Goal, Proposal, VersionStatus
from runcoach.planning import make_plan
from runcoach.ports.llm import LanguageModel
from runcoach.ports.storage import BestEffort, DailyLoad, MetricRow
from runcoach.science.definitions import stated
from runcoach.science.race_index import race_time_s, training_pace_s_per_km
from tests.fakes_store import (
    OWNER,
    FakeActivities,
    FakeMetrics,
    FakePlans,
    FakeUsers,
    FakeWork,
    a_user,
    an_instant,
)
from tests.planning.athletes import MONDAY, a_profile, a_request
from tests.planning.test_review import a_run

TODAY = MONDAY + timedelta(days=1)
CONVERSATION = UUID("00000000-0000-4000-8000-0000000000cc")
PROPOSAL = UUID("00000000-0000-4000-8000-0000000000dd")
INDEX = 45.0


def a_proposal(status: VersionStatus = VersionStatus.APPROVED) -> Proposal:
    draft = make_plan(a_request(seed=str(PROPOSAL)))
    return Proposal(
        id=PROPOSAL,
        user_id=OWNER,
        version=1,
        status=status,
        cause="requested",
        created_at=an_instant(MONDAY),
        expires_at=an_instant(MONDAY + timedelta(days=3)),
        content_hash="0" * 64,
        target_account="watch",
        draft=draft,
        items=(),
    )


def a_level(today: date = TODAY) -> dict[str, Any]:
    level = {"race_index": stated("race_index", INDEX, today).as_dict()}
    for zone in ("E_slow", "E_fast", "T", "I"):
        pace = training_pace_s_per_km(INDEX, zone)
        assert pace is not None
        level[f"training_pace.{zone}"] = stated("training_pace", pace, today, zone=zone).as_dict()
    level["hr_max_estimate"] = stated("hr_max_estimate", 187.0, today).as_dict()
    level["lthr_estimate"] = stated("lthr_estimate", 168.0, today).as_dict()
    time_s = race_time_s(INDEX, 10_000)
    assert time_s is not None
    level["race_prediction.10000"] = stated("race_prediction", time_s, today).as_dict()
    return level


def runs() -> list[RecordedActivity]:
    morning = a_run(MONDAY, 8040, moving_s=2640, avg_hr_bpm=148.4, name="Morning run", id=uuid5(OWNER, "1"))
    earlier = a_run(
        MONDAY - timedelta(days=2),
        12_100,
        moving_s=4100,
        avg_hr_bpm=None,
        name="Han river",
        id=uuid5(OWNER, "2"),
    )
    strava = a_run(
        MONDAY, 33_333, source=Source.STRAVA, name="strava-canary", id=uuid5(OWNER, "3"), avg_hr_bpm=199.0
    )
    return [morning, earlier, strava]


def bests() -> list[BestEffort]:
    return [
        BestEffort(1000.0, 251.0, 0.0, uuid5(OWNER, "1"), MONDAY),
        BestEffort(5000.0, 1402.0, 0.0, uuid5(OWNER, "1"), MONDAY),
    ]


def a_work(**changes: Any) -> FakeWork:
    days = [DailyLoad(MONDAY - timedelta(days=n), 60.0 if n % 2 else 40.0, 0, 0, 0) for n in range(120)]
    newest = replace(days[0], ctl=48.2, atl=52.7, tsb=-4.4)
    rows = {uuid5(OWNER, "1"): [MetricRow("load", 61.2, "load", 1), MetricRow("decoupling", 3.1, "%", 1)]}
    goal = Goal(OWNER, "race", "Seoul <b>10K</b>", TODAY + timedelta(days=60), 10_000, 2700)
    work = FakeWork(
        users=FakeUsers(a_user(), a_profile(injury_notes="left knee"), [goal]),
        activities=FakeActivities(runs()),
        metrics=FakeMetrics([newest, *days[1:]][::-1], (TODAY, a_level()), rows, bests=bests()),
        plans=FakePlans(a_proposal(), [a_proposal(VersionStatus.PROPOSED)]),
    )
    return replace(work, **changes)


@dataclass
class Wishes:
    """What was proposed; the only effect that a coach can have."""

    made: list[PlanWish] = field(default_factory=list)

    async def propose(self, wish: PlanWish) -> PlanIntent:
        self.made.append(wish)
        return PlanIntent(PROPOSAL)


def a_context(work: FakeWork | None = None, wishes: Wishes | None = None, **changes: Any) -> ToolContext:
    propose: Callable[[PlanWish], Awaitable[PlanIntent]] = (wishes or Wishes()).propose
    context = ToolContext(work or a_work(), TODAY, "ko", "metric", propose)  # type: ignore[arg-type]
    return replace(context, **changes)


@dataclass
class Turn:
    """How a question ended."""

    text: str
    transcript: list[ChatMessage]
    deltas: list[str]
    guarded: GuardedAnswer | None
    refused: str | None = None

    @property
    def tools(self) -> list[str]:
        return [m.tool_name or "" for m in self.transcript if m.role is Role.TOOL]


async def ask(
    model: LanguageModel, question: str, context: ToolContext, history: list[ChatMessage] | None = None
) -> Turn:
    """One question through red flags, loop, toolbox and guard, in the order of the conversation workflow."""
    fixed = red_flag_answer(question, context.language)
    transcript = [*(history or [])]
    transcript.append(ChatMessage(len(transcript), Role.USER, question))
    deltas: list[str] = []
    if fixed is not None:
        return Turn(fixed, transcript, deltas, None)
    toolbox, state = Toolbox(), TurnState()

    async def on_delta(piece: str) -> None:
        deltas.append(piece)

    while True:
        turn: ModelTurn = await model.complete(transcript, toolbox.specs(), on_delta=on_delta)
        decision = next_step(state, turn)
        state = decision.state
        if isinstance(decision, Refuse):
            return Turn("", transcript, deltas, None, decision.reason)
        transcript.append(ChatMessage(len(transcript), Role.ASSISTANT, turn.text, tool_calls=turn.tool_calls))
        if isinstance(decision, Finish):
            guarded = guard_answer(decision.text, transcript, context.language)
            if guarded.repair and state.may_repair:
                state = state.repaired()
                transcript.append(ChatMessage(len(transcript), Role.SYSTEM, guarded.repair))
                continue
            return Turn(guarded.text, transcript, deltas, guarded)
        assert isinstance(decision, Continue)
        for call in decision.tool_calls:
            result = await toolbox.run(call.name, call.arguments, context)
            transcript.append(
                ChatMessage(
                    len(transcript), Role.TOOL, result.content, tool_call_id=call.id, tool_name=call.name
                )
            )
        for call in decision.refused:
            content = json.dumps({"error": "stop", "hint": "too many tool calls"})
            transcript.append(
                ChatMessage(len(transcript), Role.TOOL, content, tool_call_id=call.id, tool_name=call.name)
            )
