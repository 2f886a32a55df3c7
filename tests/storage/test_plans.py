"""Plans: what was proposed is kept exactly, decided once, and known on the watch."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from runcoach.domain.errors import (
    AlreadyDecided,
    ApprovalChanged,
    ApprovalExpired,
    Conflict,
    Invalid,
    NotFound,
    NotOwner,
)
from runcoach.domain.plan import (
    Completion,
    Decision,
    DecisionKind,
    LedgerState,
    PlanDraft,
    Proposal,
    PublishState,
    PublishTarget,
    VersionStatus,
)
from runcoach.domain.workout import WorkoutKind, content_hash_of
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.storage import User
from runcoach.storage.ids import uuid7
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, MORNING, a_draft, a_run, watch_streams

SHORTER = [{"type": "steady", "duration_seconds": 1800, "distance_meters": None, "pace_target": "easy"}]
THREE_DAYS = timedelta(days=3)


async def propose(store: PgStore, user: User, draft: PlanDraft | None = None, **more) -> Proposal:
    given = {
        "proposal_id": uuid7(),
        "cause": "plan.cause.requested",
        "created_at": MORNING,
        "expires_at": MORNING + THREE_DAYS,
        "watch_until": MONDAY + timedelta(days=9),
        "target_account": "4711",
    }
    async with store.begin(user.id) as work:
        return await work.plans.propose(draft or a_draft(), **(given | more))


def decision_on(proposal: Proposal, kind: DecisionKind = DecisionKind.APPROVE, **more) -> Decision:
    decided = Decision(uuid4(), proposal.id, proposal.user_id, kind, proposal.content_hash, MORNING, None)
    return replace(decided, **more)


async def decide(store: PgStore, decision: Decision) -> Decision:
    async with store.begin(decision.user_id) as work:
        return await work.plans.decide(decision)


async def approve(store: PgStore, user: User, draft: PlanDraft | None = None) -> tuple[Proposal, Decision]:
    proposal = await propose(store, user, draft)
    return proposal, await decide(store, decision_on(proposal))


async def test_proposal_comes_back_exactly_with_what_goes_to_the_watch(
    store: PgStore, a_user: MakeUser
) -> None:
    user, draft = await a_user(), a_draft()
    proposal = await propose(store, user, draft)
    async with store.begin(user.id) as work:
        assert await work.plans.get(proposal.id) == proposal
        assert await work.plans.open_proposals() == [proposal]
        assert await work.plans.approved() is None
    assert proposal.draft == draft
    assert (proposal.version, proposal.status) == (1, VersionStatus.PROPOSED)
    # Monday to Wednesday of the week after: ten days, of which the Friday of the first week is rest.
    assert [item.day for item in proposal.items] == [
        MONDAY + timedelta(days=n) for n in range(10) if n not in (4,)
    ]
    assert proposal.content_hash == content_hash_of(proposal.items, owner=user.id, target_account="4711")


async def test_today_is_the_runners_not_londons(store: PgStore, a_user: MakeUser) -> None:
    late = MORNING.replace(hour=22)  # Tuesday, 07:00 in Seoul
    seoul = await propose(store, await a_user(), created_at=late, expires_at=late + THREE_DAYS)
    london = await propose(
        store, await a_user(time_zone="Europe/London"), created_at=late, expires_at=late + THREE_DAYS
    )
    assert seoul.items[0].day == MONDAY + timedelta(days=1)
    assert london.items[0].day == MONDAY


async def test_same_proposal_again_is_the_same_row(store: PgStore, a_user: MakeUser) -> None:
    user, proposal_id = await a_user(), uuid7()
    first = await propose(store, user, proposal_id=proposal_id)
    assert await propose(store, user, a_draft(weeks=4), proposal_id=proposal_id) == first
    async with store.begin(user.id) as work:
        assert await work.plans.history(9) == [first]


async def test_newer_proposal_supersedes_the_open_one_and_leaves_the_approved_one(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    approved, _ = await approve(store, user)
    older = await propose(store, user)
    newer = await propose(store, user)
    async with store.begin(user.id) as work:
        assert [(p.version, p.status) for p in await work.plans.history(9)] == [
            (3, VersionStatus.PROPOSED),
            (2, VersionStatus.SUPERSEDED),
            (1, VersionStatus.APPROVED),
        ]
        assert await work.plans.open_proposals() == [newer]
        current = await work.plans.approved()
    assert current is not None
    assert current.id == approved.id
    with pytest.raises(ApprovalChanged):
        await decide(store, decision_on(older))


async def test_waits_that_a_proposal_ended_are_those_nobody_decided_in_time(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    await approve(store, user)
    older = await propose(store, user)
    newer = await propose(store, user)
    async with store.begin(user.id) as work:
        assert await work.plans.superseded_by(newer, clock.now()) == [older.id]
        assert await work.plans.superseded_by(older, clock.now()) == []
        assert await work.plans.superseded_by(newer, older.expires_at) == []


async def test_proposals_made_at_once_get_numbers_of_their_own(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    made = await asyncio.gather(*(propose(store, user, a_draft(weeks=1)) for _ in range(6)))
    assert sorted(proposal.version for proposal in made) == [1, 2, 3, 4, 5, 6]
    async with store.begin(user.id) as work:
        assert [proposal.version for proposal in await work.plans.open_proposals()] == [6]


async def test_of_fifty_decisions_at_once_one_stands(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    proposal = await propose(store, user)
    kinds = [DecisionKind.APPROVE, DecisionKind.REJECT] * 25
    done = await asyncio.gather(
        *(decide(store, decision_on(proposal, kind)) for kind in kinds), return_exceptions=True
    )
    won = [one for one in done if isinstance(one, Decision)]
    assert len(won) == 1
    assert sum(isinstance(one, AlreadyDecided) for one in done) == 49
    async with store.begin(user.id) as work:
        assert await work.plans.decision_of(proposal.id) == won[0]
        assert (await work.plans.get(proposal.id)).status.value == f"{won[0].kind.value}d".replace(
            "td", "ted"
        )


async def test_same_decision_again_is_the_same_row_and_another_is_told_how_it_was_decided(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    proposal, decision = await approve(store, user)
    assert await decide(store, decision) == decision
    with pytest.raises(AlreadyDecided) as refused:
        await decide(store, decision_on(proposal, DecisionKind.REJECT))
    assert refused.value.data == {"decision": "approve"}
    async with store.begin(user.id) as work:
        assert await work.plans.decision(decision.id) == decision
        with pytest.raises(NotFound):
            await work.plans.decision(uuid4())


async def test_decision_on_other_content_too_late_or_by_somebody_else_is_refused(
    store: PgStore, a_user: MakeUser
) -> None:
    user, other = await a_user(), await a_user()
    proposal = await propose(store, user)
    with pytest.raises(ApprovalChanged):
        await decide(store, decision_on(proposal, content_hash="0" * 64))
    with pytest.raises(ApprovalExpired):
        await decide(store, decision_on(proposal, decided_at=proposal.expires_at))
    with pytest.raises(NotFound):
        await decide(store, decision_on(proposal, user_id=other.id))
    with pytest.raises(NotOwner):
        async with store.begin(other.id) as work:
            await work.plans.decide(decision_on(proposal))
    async with store.begin(user.id) as work:
        assert await work.plans.decision_of(proposal.id) is None


async def test_expired_version_cannot_be_decided_and_a_decided_one_cannot_expire(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    proposal = await propose(store, user)
    async with store.begin(user.id) as work:
        await work.plans.set_status(proposal.id, VersionStatus.EXPIRED)
        await work.plans.set_status(proposal.id, VersionStatus.EXPIRED)
    with pytest.raises(ApprovalExpired):
        await decide(store, decision_on(proposal))
    approved, _ = await approve(store, user)
    async with store.begin(user.id) as work:
        with pytest.raises(Conflict):
            await work.plans.set_status(approved.id, VersionStatus.EXPIRED)
        await work.plans.set_status(approved.id, VersionStatus.APPROVED)
        await work.plans.set_status(approved.id, VersionStatus.SUPERSEDED)


async def test_approval_notes_the_hash_of_each_workout(
    store: PgStore, a_user: MakeUser, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    proposal, decision = await approve(store, user)
    connection = await database.address.connect("runcoach")
    kept = await connection.fetch(
        "SELECT workout_id, item_hash FROM approval_items WHERE approval_id = $1", decision.id
    )
    await connection.close()
    assert {tuple(row) for row in kept} == {(item.id, item.content_hash) for item in proposal.items}


async def test_edit_changes_the_hash_and_voids_what_was_looked_at(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    proposal = await propose(store, user)
    first = proposal.items[0]
    async with store.begin(user.id) as work:
        edited = await work.plans.edit_workout(
            proposal.id,
            first.id,
            SHORTER,
            None,
            "tired",
            estimated_duration_s=1800,
            estimated_distance_m=5200,
        )
        _, place = await work.plans.workout(first.id)
    changed = edited.draft.workouts[place]
    assert (changed.estimated_duration_s, changed.estimated_distance_m) == (1800, 5200)
    assert changed.segments[0].duration_s == 1800  # type: ignore[union-attr]
    assert edited.content_hash != proposal.content_hash
    assert edited.content_hash == content_hash_of(edited.items, owner=user.id, target_account="4711")
    with pytest.raises(ApprovalChanged):
        await decide(store, decision_on(proposal))
    assert await decide(store, decision_on(edited))


async def test_workout_moved_to_another_week_stands_there(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    proposal = await propose(store, user)
    moved, sunday = proposal.items[0], MONDAY + timedelta(days=13)
    async with store.begin(user.id) as work:
        edited = await work.plans.edit_workout(proposal.id, moved.id, SHORTER, sunday, None)
        assert [w.id for w in edited.draft.weeks[0].workouts if w.id == moved.id] == []
        assert edited.draft.weeks[1].workouts[-1].day == sunday
        assert moved.id in [w.id for w in edited.draft.weeks[1].workouts]
        assert moved.id not in [item.id for item in edited.items]  # beyond the watch's window
        with pytest.raises(Invalid):
            await work.plans.edit_workout(proposal.id, moved.id, SHORTER, date(2030, 1, 1), None)


@pytest.mark.parametrize(
    "segments", [[{"type": "nap"}], [{}], [{"type": "steady", "duration_seconds": -5}], ["x"]]
)
async def test_edit_that_is_no_workout_is_refused(store: PgStore, a_user: MakeUser, segments) -> None:
    user = await a_user()
    proposal = await propose(store, user)
    async with store.begin(user.id) as work:
        with pytest.raises(Invalid):
            await work.plans.edit_workout(proposal.id, proposal.items[0].id, segments, None, None)
        with pytest.raises(NotFound):
            await work.plans.edit_workout(proposal.id, uuid4(), SHORTER, None, None)


async def test_decided_version_cannot_be_edited(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    proposal, _ = await approve(store, user)
    async with store.begin(user.id) as work:
        with pytest.raises(AlreadyDecided):
            await work.plans.edit_workout(proposal.id, proposal.items[0].id, SHORTER, None, None)


async def test_edit_and_decision_at_once_never_approve_what_was_not_seen(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    for _ in range(5):
        proposal = await propose(store, user, a_draft(weeks=2))

        async def edit(seen: Proposal = proposal) -> Proposal:
            async with store.begin(user.id) as work:
                return await work.plans.edit_workout(seen.id, seen.items[0].id, SHORTER, None, None)

        edited, decided = await asyncio.gather(
            edit(), decide(store, decision_on(proposal)), return_exceptions=True
        )
        async with store.begin(user.id) as work:
            kept = await work.plans.get(proposal.id)
        if isinstance(decided, Decision):
            assert isinstance(edited, AlreadyDecided)
            assert kept.content_hash == proposal.content_hash == decided.content_hash
        else:
            assert isinstance(decided, ApprovalChanged)
            assert kept.status is VersionStatus.PROPOSED


async def test_workout_kept_over_two_versions_belongs_to_the_newer(store: PgStore, a_user: MakeUser) -> None:
    user, draft = await a_user(), a_draft()
    await propose(store, user, draft)
    newer = await propose(store, user, draft)
    async with store.begin(user.id) as work:
        found, place = await work.plans.workout(draft.workouts[10].id)
        with pytest.raises(NotFound):
            await work.plans.workout(uuid4())
    assert (found, place) == (newer, 10)


async def test_targets_that_may_be_on_the_watch_are_known_over_all_approvals(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    proposal, decision = await approve(store, user)
    states = list(PublishState)
    targets = [
        PublishTarget(item.id, decision.id, f"rc-{item.id}", item.content_hash, item.day, state)
        for item, state in zip(proposal.items, states, strict=False)
    ]
    async with store.begin(user.id) as work:
        await work.plans.save_targets(targets)
        moved = replace(targets[0], state=PublishState.CREATED, provider_workout_id="w1")
        await work.plans.save_targets([moved])
        assert await work.plans.targets(decision.id) == [moved, *targets[1:]]
        there = await work.plans.targets()
        assert await work.plans.targets(uuid4()) == []
    assert PublishState.REMOVED not in {target.state for target in there}
    assert PublishState.SKIPPED not in {target.state for target in there}
    assert len(there) == len(targets) - 2


async def test_calendar_shows_planned_done_and_what_became_of_it(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    first, _ = await approve(store, user, a_draft())
    second, _ = await approve(store, user, a_draft(MONDAY + timedelta(days=7)))
    await propose(store, user, a_draft(MONDAY))
    run = a_run(user.id)
    done = Completion(first.draft.workouts[0].id, MONDAY, LedgerState.CONFIRMED, run.id, 1.02)
    async with store.begin(user.id) as work:
        await work.plans.set_status(first.id, VersionStatus.SUPERSEDED)
        await work.activities.upsert(run, [], watch_streams(60))
        await work.plans.save_completions([replace(done, state=LedgerState.UNKNOWN)])
        await work.plans.save_completions([done])
        days = await work.overview.calendar(MONDAY, MONDAY + timedelta(days=8))
        assert await work.plans.completions(MONDAY, MONDAY) == [done]
        assert (await work.overview.glance()).open_proposals == 1
    assert [day.day for day in days] == [MONDAY + timedelta(days=n) for n in range(9)]
    # The first week is as it was approved then, the second as it was approved later.
    assert [day.planned for day in days[:7]] == [(w,) for w in first.draft.weeks[0].workouts]
    assert [day.planned for day in days[7:]] == [(w,) for w in second.draft.weeks[0].workouts[:2]]
    assert days[0].activities == (run,)
    assert days[0].completions == (done,)
    assert days[4].planned[0].kind is WorkoutKind.REST
