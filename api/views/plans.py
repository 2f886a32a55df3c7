"""Plan versions, proposals and decisions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from api.errors import error_note
from api.schemas.jobs import JobOut
from api.schemas.plans import (
    ChangeOut,
    CheckOut,
    CompletionOut,
    DecisionOut,
    PlanOut,
    PlanSummaryOut,
    ProposalOut,
    PublishOut,
    WeekOut,
    WorkoutOut,
)
from api.views.words import phrase, word
from runcoach.domain.plan import (
    Completion,
    Decision,
    PlanChange,
    PlanWeek,
    Proposal,
    PublishState,
    PublishTarget,
    RuleResult,
    VersionStatus,
)
from runcoach.domain.workout import PlannedWorkout, segments_to_json
from runcoach.i18n import has, t

type Completions = Mapping[UUID, Completion]
type Published = Mapping[UUID, PublishState]

NOTHING_DONE: Completions = MappingProxyType({})
NOTHING_SENT: Published = MappingProxyType({})


def workout_out(
    workout: PlannedWorkout,
    language: str,
    completions: Completions = NOTHING_DONE,
    published: Published = NOTHING_SENT,
) -> WorkoutOut:
    """One planned day, with what became of it."""
    done = completions.get(workout.id)
    return WorkoutOut(
        id=workout.id,
        day=workout.day,
        kind=workout.kind,
        is_hard=workout.kind.is_hard,
        title=workout.title,
        segments=segments_to_json(workout.segments),
        estimated_duration_s=workout.estimated_duration_s,
        estimated_distance_m=workout.estimated_distance_m,
        reason=_reason(workout.reason_key, language),
        reason_key=workout.reason_key,
        is_locked=workout.is_locked,
        content_hash=workout.content_hash,
        completion=completion_out(done) if done else None,
        publish=published.get(workout.id),
    )


def _reason(key: str | None, language: str) -> str | None:
    return phrase(key, language) if key else None


def completion_out(completion: Completion) -> CompletionOut:
    """What became of a planned day."""
    return CompletionOut(
        state=completion.state,
        activity_id=completion.activity_id,
        distance_ratio=completion.distance_ratio,
    )


def week_out(
    week: PlanWeek,
    language: str,
    completions: Completions = NOTHING_DONE,
    published: Published = NOTHING_SENT,
    done_distance_m: float | None = None,
) -> WeekOut:
    """One week with its days."""
    return WeekOut(
        index=week.index,
        monday=week.monday,
        phase=week.phase,
        is_deload=week.is_deload,
        planned_distance_m=week.planned_distance_m,
        cap_distance_m=week.cap_distance_m,
        done_distance_m=done_distance_m,
        workouts=[workout_out(w, language, completions, published) for w in week.workouts],
    )


def plan_out(proposal: Proposal, weeks: list[WeekOut]) -> PlanOut:
    """A version with its weeks."""
    draft = proposal.draft
    return PlanOut(
        id=proposal.id,
        version=proposal.version,
        status=proposal.status,
        cause=proposal.cause,
        method=draft.method,
        race_index=draft.race_index,
        start=draft.start,
        end=draft.end,
        created_at=proposal.created_at,
        expires_at=proposal.expires_at,
        content_hash=proposal.content_hash,
        weeks=weeks,
    )


def plan_summary(proposal: Proposal, language: str) -> PlanSummaryOut:
    """A version in a list."""
    draft = proposal.draft
    return PlanSummaryOut(
        id=proposal.id,
        version=proposal.version,
        status=proposal.status,
        cause=proposal.cause,
        cause_text=word("cause", proposal.cause, language),
        method=draft.method,
        start=draft.start,
        end=draft.end,
        created_at=proposal.created_at,
        expires_at=proposal.expires_at,
        content_hash=proposal.content_hash,
        changed_days=len(draft.changes),
    )


def is_open(proposal: Proposal, decision: Decision | None, now: datetime) -> bool:
    """Whether the owner can still decide."""
    return proposal.status is VersionStatus.PROPOSED and decision is None and now < proposal.expires_at


def proposal_out(
    proposal: Proposal,
    *,
    language: str,
    now: datetime,
    decision: Decision | None,
    targets: Iterable[PublishTarget],
    push_job: JobOut | None,
    approval_job: JobOut | None,
) -> ProposalOut:
    """All that the owner must see before deciding, and what came of it."""
    draft, targets = proposal.draft, list(targets)
    published = {target.workout_id: target.state for target in targets}
    titles = {workout.id: workout.title for workout in draft.workouts}
    return ProposalOut(
        id=proposal.id,
        version=proposal.version,
        status=proposal.status,
        is_open=is_open(proposal, decision, now),
        cause=proposal.cause,
        cause_text=word("cause", proposal.cause, language),
        created_at=proposal.created_at,
        expires_at=proposal.expires_at,
        content_hash=proposal.content_hash,
        target_account=proposal.target_account,
        method=draft.method,
        start=draft.start,
        end=draft.end,
        is_sound=draft.is_sound,
        checks=[check_out(check, language) for check in draft.checks],
        changes=[change_out(change, language) for change in draft.changes],
        items=[workout_out(item, language, published=published) for item in proposal.items],
        weeks=[week_out(week, language, published=published) for week in draft.weeks],
        decision=decision_out(decision) if decision else None,
        push=[publish_out(target, titles.get(target.workout_id), language) for target in targets],
        push_job=push_job,
        approval_job=approval_job,
    )


def check_out(check: RuleResult, language: str) -> CheckOut:
    """One line of the checker's list in words."""
    return CheckOut(
        rule=check.rule,
        text=_check_text(check, language),
        passed=check.passed,
        week_index=check.week_index,
        day=check.day,
        observed=check.observed,
        limit=check.limit,
    )


def _check_text(check: RuleResult, language: str) -> str:
    key = f"rule.{check.rule}"
    return t(key, language) if has(key) else t("rule.other", language)


def change_out(change: PlanChange, language: str) -> ChangeOut:
    """One changed day with its cause in words."""
    return ChangeOut(
        day=change.day,
        cause=change.cause,
        text=word("cause", change.cause, language),
        before_title=change.before_title,
        after_title=change.after_title,
        before_distance_m=change.before_distance_m,
        after_distance_m=change.after_distance_m,
    )


def decision_out(decision: Decision) -> DecisionOut:
    """A decision as it was written."""
    return DecisionOut(
        id=decision.id,
        kind=decision.kind,
        content_hash=decision.content_hash,
        decided_at=decision.decided_at,
        reason=decision.reason,
    )


def publish_out(target: PublishTarget, title: str | None, language: str) -> PublishOut:
    """One workout on its way to the watch."""
    return PublishOut(
        workout_id=target.workout_id,
        day=target.day,
        title=title,
        state=target.state,
        provider_workout_id=target.provider_workout_id,
        error=error_note(target.error_code, language, {"provider": "garmin"}),
    )
