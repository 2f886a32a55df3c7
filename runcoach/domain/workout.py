"""What is planned: workouts of steps and repeats, in one canonical form with one hash."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class StepKind(StrEnum):
    """What a step is for."""

    WARMUP = "warmup"
    STEADY = "steady"
    WORK = "work"
    RECOVERY = "recovery"
    REST = "rest"
    COOLDOWN = "cooldown"


class WorkoutKind(StrEnum):
    """What a day is for."""

    EASY = "easy"
    RECOVERY = "recovery"
    LONG = "long"
    MARATHON_PACE = "marathon_pace"
    THRESHOLD = "threshold"
    INTERVAL = "interval"
    REPETITION = "repetition"
    STRIDES = "strides"
    RACE = "race"
    CROSS = "cross"
    REST = "rest"

    @property
    def is_hard(self) -> bool:
        """Needs an easy day after it."""
        return self in {
            WorkoutKind.MARATHON_PACE,
            WorkoutKind.THRESHOLD,
            WorkoutKind.INTERVAL,
            WorkoutKind.REPETITION,
            WorkoutKind.RACE,
        }


@dataclass(frozen=True)
class PaceRange:
    """A band of pace in seconds per kilometre; `fast` is the smaller number."""

    fast_s_per_km: float
    slow_s_per_km: float

    def __post_init__(self) -> None:
        if not 120 <= self.fast_s_per_km <= self.slow_s_per_km <= 1200:
            raise ValueError("a pace range runs from fast to slow, 2:00 to 20:00 per km")


@dataclass(frozen=True)
class Step:
    """One step; it ends by time, by distance, or (both None) by the lap button."""

    kind: StepKind
    duration_s: int | None = None
    distance_m: int | None = None
    pace_label: str | None = None
    pace: PaceRange | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        if self.duration_s is not None and self.distance_m is not None:
            raise ValueError("a step ends by time or by distance, not by both")
        if (self.duration_s or 1) <= 0 or (self.distance_m or 1) <= 0:
            raise ValueError("a step has a positive length")


@dataclass(frozen=True)
class Repeat:
    """`count` times work and, where there is one, recovery. Devices nest one level only."""

    count: int
    work: Step
    recovery: Step | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 99:
            raise ValueError("a repeat has 1 to 99 rounds")


type Segment = Step | Repeat


@dataclass(frozen=True)
class PlannedWorkout:
    """One workout on one day of a plan version. A rest day has no segments."""

    id: UUID
    day: date
    kind: WorkoutKind
    title: str
    segments: tuple[Segment, ...]
    estimated_duration_s: int
    estimated_distance_m: int
    reason_key: str | None = None
    is_locked: bool = False

    @property
    def content_hash(self) -> str:
        """SHA-256 of what would be on the watch; two ids with the same content have one hash."""
        return sha256_of({"day": self.day.isoformat(), "title": self.title, "kind": self.kind.value,
                          "segments": segments_to_json(self.segments)})  # fmt: skip


def content_hash_of(workouts: Iterable[PlannedWorkout], *, owner: UUID, target_account: str) -> str:
    """SHA-256 that an approval is bound to: these workouts, this owner, this watch account."""
    items = sorted((w.day.isoformat(), w.content_hash) for w in workouts)
    return sha256_of({"owner": str(owner), "account": target_account, "items": items})


def sha256_of(value: Any) -> str:
    """SHA-256 of the canonical JSON (sorted keys, no white space, UTF-8) of `value`."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def segments_to_json(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """The segment JSON of API, storage and model: `type`, `duration_seconds`, `pace_target` …"""
    return [_segment_to_json(segment) for segment in segments]


def segments_from_json(items: Iterable[dict[str, Any]]) -> tuple[Segment, ...]:
    """Inverse of `segments_to_json`. Raises ValueError or KeyError on anything that is not a segment."""
    return tuple(_segment_from_json(item) for item in items)


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    if isinstance(segment, Repeat):
        return {
            "type": "interval",
            "repeats": segment.count,
            "work": _step_to_json(segment.work),
            "recovery": _step_to_json(segment.recovery) if segment.recovery else None,
        }
    return _step_to_json(segment)


def _step_to_json(step: Step) -> dict[str, Any]:
    return {
        "type": step.kind.value,
        "duration_seconds": step.duration_s,
        "distance_meters": step.distance_m,
        "pace_target": step.pace_label,
        "pace_range_s_per_km": [step.pace.fast_s_per_km, step.pace.slow_s_per_km] if step.pace else None,
        "notes": step.notes,
    }


def _segment_from_json(item: dict[str, Any]) -> Segment:
    if item["type"] == "interval":
        recovery = item.get("recovery")
        return Repeat(
            count=int(item["repeats"]),
            work=_step_from_json(item["work"], StepKind.WORK),
            recovery=_step_from_json(recovery, StepKind.RECOVERY) if recovery else None,
        )
    return _step_from_json(item, StepKind(item["type"]))


def _step_from_json(item: dict[str, Any], default: StepKind) -> Step:
    pace = item.get("pace_range_s_per_km")
    return Step(
        kind=StepKind(item.get("type") or default),
        duration_s=item.get("duration_seconds"),
        distance_m=item.get("distance_meters"),
        pace_label=item.get("pace_target"),
        pace=PaceRange(float(pace[0]), float(pace[1])) if pace else None,
        notes=item.get("notes"),
    )
