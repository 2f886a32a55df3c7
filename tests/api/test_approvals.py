"""Decisions: one row, one answer, whoever clicks how often."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from runcoach.domain.errors import AlreadyDecided
from runcoach.domain.plan import Proposal, PublishState, PublishTarget, VersionStatus
from runcoach.domain.workout import PlannedWorkout
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser, LogIn, NewClient
from tests.api.fakes import FakeOrchestrator
from tests.api.seed import propose
from tests.fakes import FakeClock
from workflows.contracts import DecisionNote, PlanApprovalInput
from workflows.names import plan_approval_id


@pytest.fixture
async def proposal(
    runner: Browser, store: PgStore, clock: FakeClock, orchestrator: FakeOrchestrator
) -> Proposal:
    """An open proposal whose workflow waits."""
    made = await propose(store, runner.user.id, clock)
    orchestrator.running.add(plan_approval_id(made.id))
    return made


async def approve(
    client: httpx.AsyncClient, proposal: Proposal, content_hash: str | None = None
) -> httpx.Response:
    return await client.post(
        f"/api/v1/approvals/{proposal.id}/approve",
        json={"content_hash": content_hash or proposal.content_hash},
    )


async def reject(
    client: httpx.AsyncClient, proposal: Proposal, reason: str = "너무 많아요"
) -> httpx.Response:
    return await client.post(f"/api/v1/approvals/{proposal.id}/reject", json={"reason": reason})


def a_target(workout: PlannedWorkout, approval_id: UUID, state: PublishState, **more: str) -> PublishTarget:
    return PublishTarget(
        workout.id, approval_id, f"rc-{workout.id}", workout.content_hash, workout.day, state, **more
    )


async def test_proposal_shows_changes_checks_and_exactly_what_goes_to_the_watch(
    runner: Browser, proposal: Proposal
) -> None:
    listed = (await runner.http.get("/api/v1/approvals")).json()["items"]
    assert [one["id"] for one in listed] == [str(proposal.id)]
    shown = (await runner.http.get(f"/api/v1/approvals/{proposal.id}")).json()
    assert shown["is_open"] is True
    assert shown["content_hash"] == proposal.content_hash
    assert [item["content_hash"] for item in shown["items"]] == [w.content_hash for w in proposal.items]
    assert len(shown["weeks"]) == 9
    assert [check["passed"] for check in shown["checks"]] == [True, True]
    assert shown["changes"][0]["after_distance_m"] == 8000
    assert shown["decision"] is None


async def test_approval_writes_the_row_and_tells_the_workflow_only_its_id(
    runner: Browser, proposal: Proposal, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    answer = await approve(runner.http, proposal)
    assert answer.status_code == 202
    async with store.begin(runner.user.id) as work:
        decision = await work.plans.decision_of(proposal.id)
    assert decision is not None
    assert str(decision.id) == answer.json()["decision"]["id"]
    workflow_id = plan_approval_id(proposal.id)
    assert orchestrator.updates == [
        (workflow_id, "decide", DecisionNote(decision.id), f"decision-{decision.id}")
    ]


async def test_double_click_and_two_tabs_give_one_decision_and_one_answer(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    answers = await asyncio.gather(*(approve(runner.http, proposal) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["decision"]["id"] for answer in answers}) == 1
    assert len(orchestrator.decisions) == 1


async def test_repeat_after_the_workflow_has_ended_is_the_same_answer_and_starts_nothing(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    first = await approve(runner.http, proposal)
    orchestrator.running.clear()
    again = await approve(runner.http, proposal)
    assert again.status_code == 202
    assert again.json()["decision"] == first.json()["decision"]
    assert orchestrator.starts == []


async def test_repeat_after_expiry_is_still_the_same_answer(
    runner: Browser, proposal: Proposal, clock: FakeClock
) -> None:
    first = await approve(runner.http, proposal)
    clock.advance(days=4)
    assert (await approve(runner.http, proposal)).json()["decision"] == first.json()["decision"]


async def test_other_workouts_than_the_ones_looked_at_are_not_approved(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    answer = await approve(runner.http, proposal, "0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (409, "approval_changed")
    assert orchestrator.updates == []


async def test_edit_makes_the_hash_on_the_old_screen_void(
    runner: Browser, proposal: Proposal, store: PgStore
) -> None:
    workout = proposal.items[0]
    segments = [{"type": "steady", "distance_meters": 6000, "pace_range_s_per_km": [330, 360]}]
    edited = await runner.http.patch(
        f"/api/v1/workouts/{workout.id}", json={"segments": segments, "reason": "짧게"}
    )
    assert edited.status_code == 200
    assert edited.json()["workout"]["estimated_distance_m"] == 6000
    assert edited.json()["content_hash"] != proposal.content_hash
    stale = await approve(runner.http, proposal)
    assert (stale.status_code, stale.json()["code"]) == (409, "approval_changed")
    fresh = await approve(runner.http, proposal, edited.json()["content_hash"])
    assert fresh.status_code == 202


async def test_expired_proposal_cannot_be_decided(
    runner: Browser, proposal: Proposal, clock: FakeClock, orchestrator: FakeOrchestrator
) -> None:
    clock.advance(hours=72)
    for answer in (await approve(runner.http, proposal), await reject(runner.http, proposal)):
        assert (answer.status_code, answer.json()["code"]) == (410, "approval_expired")
    assert orchestrator.updates == []
    assert (await runner.http.get("/api/v1/approvals")).json()["items"] == []


async def test_rejection_stands_against_a_later_approval(runner: Browser, proposal: Proposal) -> None:
    first = await reject(runner.http, proposal)
    assert first.json()["decision"]["reason"] == "너무 많아요"
    assert (await reject(runner.http, proposal, "other words")).json() == first.json() | {"started": False}
    late = await approve(runner.http, proposal)
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")


async def test_two_tabs_that_disagree_leave_one_decision(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    answers = await asyncio.gather(
        *(decide(runner.http, proposal) for decide in (approve, reject) for _ in range(4))
    )
    assert sorted({answer.status_code for answer in answers}) == [202, 409]
    assert len({a.json()["decision"]["id"] for a in answers if a.status_code == 202}) == 1
    assert len(orchestrator.decisions) == 1


async def test_another_runner_cannot_decide(
    proposal: Proposal, log_in: LogIn, orchestrator: FakeOrchestrator
) -> None:
    stranger = await log_in()
    for answer in (await approve(stranger.http, proposal), await reject(stranger.http, proposal)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert orchestrator.updates == []


async def test_without_workers_the_decision_arrives_as_a_signal(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.has_workers = False
    answer = await approve(runner.http, proposal)
    assert answer.status_code == 202
    (workflow_id, name, note) = orchestrator.signals[0]
    assert (workflow_id, name) == (plan_approval_id(proposal.id), "decide")
    assert str(note.decision_id) == answer.json()["decision"]["id"]


async def test_without_temporal_the_decision_is_kept_and_told_at_the_next_try(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.is_away = True
    away = await approve(runner.http, proposal)
    assert (away.status_code, away.json()["code"]) == (503, "orchestrator_unavailable")
    shown = (await runner.http.get(f"/api/v1/approvals/{proposal.id}")).json()
    assert shown["decision"]["kind"] == "approve"
    orchestrator.is_away = False
    back = await approve(runner.http, proposal)
    assert back.json()["decision"] == shown["decision"]
    assert len(orchestrator.decisions) == 1


async def test_lost_workflow_is_started_again_for_the_first_decision(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.running.clear()
    assert (await approve(runner.http, proposal)).status_code == 202
    assert [start.argument for start in orchestrator.starts] == [
        PlanApprovalInput(runner.user.id, proposal.id, proposal.content_hash, proposal.expires_at.isoformat())
    ]
    assert len(orchestrator.decisions) == 1


async def test_workflow_that_heard_it_before_is_no_error(
    runner: Browser, proposal: Proposal, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.refuses_with = AlreadyDecided()
    assert (await approve(runner.http, proposal)).status_code == 202


async def test_superseded_proposal_is_not_approved(
    runner: Browser, proposal: Proposal, store: PgStore, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    newer = await propose(store, runner.user.id, clock)
    answer = await approve(runner.http, proposal)
    assert (answer.status_code, answer.json()["code"]) == (409, "approval_changed")
    assert (await approve(runner.http, newer)).status_code == 202


async def test_decided_proposal_shows_how_far_each_workout_got(
    runner: Browser, proposal: Proposal, store: PgStore
) -> None:
    decision_id = (await approve(runner.http, proposal)).json()["decision"]["id"]
    first, second, *_ = proposal.items
    async with store.begin(runner.user.id) as work:
        approval = await work.plans.decision_of(proposal.id)
        assert approval is not None
        done = a_target(first, approval.id, PublishState.VERIFIED)
        stuck = a_target(second, approval.id, PublishState.PARKED, error_code="reauth_required")
        await work.plans.save_targets([done, stuck])
    shown = (await runner.http.get(f"/api/v1/approvals/{proposal.id}")).json()
    assert shown["status"] == VersionStatus.APPROVED
    assert shown["decision"]["id"] == decision_id
    assert {one["workout_id"]: one["state"] for one in shown["push"]} == {
        str(first.id): "verified",
        str(second.id): "parked",
    }
    parked = next(one for one in shown["push"] if one["state"] == "parked")
    assert "가민" in parked["error"]["detail"]


@pytest.mark.parametrize(
    "segments",
    [
        [{"type": "sprint"}],
        [{"type": "steady", "distance_meters": -5}],
        [{"type": "interval", "repeats": 3}],
        [{"type": "interval", "repeats": "many", "work": {"duration_seconds": 60}}],
        [{"type": "steady", "duration_seconds": 60, "distance_meters": 100}],
        [{"type": "steady", "distance_meters": 1000, "pace_range_s_per_km": [10, 20]}],
        [{"type": "steady", "distance_meters": 1000, "pace_range_s_per_km": 300}],
        [{}],
        [{"type": "interval", "repeats": 3, "work": 5}],
    ],
)
async def test_segments_that_are_no_workout_are_refused(
    segments: list[dict[str, object]], runner: Browser, proposal: Proposal
) -> None:
    answer = await runner.http.patch(f"/api/v1/workouts/{proposal.items[0].id}", json={"segments": segments})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_workout_of_a_decided_proposal_cannot_be_edited(runner: Browser, proposal: Proposal) -> None:
    await approve(runner.http, proposal)
    answer = await runner.http.patch(f"/api/v1/workouts/{proposal.items[0].id}", json={"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")


async def test_workout_cannot_be_moved_out_of_its_plan(runner: Browser, proposal: Proposal) -> None:
    for day in (proposal.draft.start - timedelta(days=1), proposal.draft.end + timedelta(days=1)):
        answer = await runner.http.patch(
            f"/api/v1/workouts/{proposal.items[0].id}", json={"day": day.isoformat()}
        )
        assert answer.status_code == 422


async def test_workout_downloads_as_a_fit_file(runner: Browser, proposal: Proposal) -> None:
    answer = await runner.http.get(f"/api/v1/workouts/{proposal.items[0].id}/fit")
    assert answer.content[8:12] == b".FIT"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_older_path_of_the_plan_still_approves_and_says_that_it_is_old(
    runner: Browser, proposal: Proposal
) -> None:
    answer = await runner.http.post(
        f"/api/v1/plans/{proposal.id}/approve", json={"content_hash": proposal.content_hash}
    )
    assert answer.status_code == 202
    assert answer.headers["deprecation"].startswith("@")
    assert f"/api/v1/approvals/{proposal.id}/approve" in answer.headers["link"]


async def test_approved_plan_becomes_the_two_months_view(runner: Browser, proposal: Proposal) -> None:
    before = (await runner.http.get("/api/v1/plans/two-months")).json()
    assert (before["plan"], before["open_proposal_id"]) == (None, str(proposal.id))
    await approve(runner.http, proposal)
    after = (await runner.http.get("/api/v1/plans/two-months")).json()
    assert after["plan"]["id"] == str(proposal.id)
    assert after["open_proposal_id"] is None


async def test_invented_proposal_is_not_found(runner: Browser) -> None:
    answer = await runner.http.post(f"/api/v1/approvals/{uuid4()}/reject", json={"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_older_decision_is_not_reached_with_a_session_that_is_over(
    proposal: Proposal, new_client: NewClient
) -> None:
    assert (await approve(new_client(), proposal)).status_code == 401
