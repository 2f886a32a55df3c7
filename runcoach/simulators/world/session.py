"""What the athlete set out to do on a day: small, frozen, and enough to make every sample from."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Sport(StrEnum):
    """What kind of activity the watch was told to record."""

    RUNNING = "running"
    TREADMILL = "treadmill_running"
    TRACK = "track_running"
    TRAIL = "trail_running"
    WALKING = "walking"
    CYCLING = "cycling"
    STRENGTH = "strength_training"

    @property
    def is_run(self) -> bool:
        return self in (Sport.RUNNING, Sport.TREADMILL, Sport.TRACK, Sport.TRAIL)

    @property
    def has_gps(self) -> bool:
        return self not in (Sport.TREADMILL, Sport.STRENGTH)

    @property
    def has_distance(self) -> bool:
        return self is not Sport.STRENGTH


class Intensity(StrEnum):
    """Role of a block, as a watch stores it on the lap."""

    ACTIVE = "active"
    REST = "rest"
    WARMUP = "warmup"
    COOLDOWN = "cooldown"


@dataclass(frozen=True)
class Block:
    """A stretch at one effort, ended by time or by distance; effort 1.0 is the lactate threshold."""

    effort: float
    duration_s: float | None = None
    distance_m: float | None = None
    intensity: Intensity = Intensity.ACTIVE
    speed_mps: float | None = None  # held whatever it costs, as when a watch asks for a pace

    def __post_init__(self) -> None:
        if (self.duration_s is None) == (self.distance_m is None):
            raise ValueError("a block ends by time or by distance")


@dataclass(frozen=True)
class Session:
    """One activity before it is sampled: the plan of it and the state of the runner that day."""

    ordinal: int
    day: date
    start_minute: int
    sport: Sport
    kind: str
    title: str
    blocks: tuple[Block, ...]
    route: str
    threshold_mps: float
    temp_c: float
    fatigue_bpm: float = 0.0
    is_race: bool = False
    lap_per_block: bool = False
    workout_id: int | None = None
    visible_from: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The session as plain values for the state file."""
        return asdict(self) | {
            "day": self.day.isoformat(),
            "visible_from": self.visible_from.isoformat() if self.visible_from else None,
        }

    @staticmethod
    def from_json(raw: dict[str, Any]) -> "Session":
        """Read back what `to_json` wrote."""
        late = raw["visible_from"]
        blocks = tuple(Block(**{**b, "intensity": Intensity(b["intensity"])}) for b in raw["blocks"])
        return Session(
            **{
                **raw,
                "day": date.fromisoformat(raw["day"]),
                "visible_from": date.fromisoformat(late) if late else None,
                "sport": Sport(raw["sport"]),
                "blocks": blocks,
            }
        )
