"""A workout as a bar: how long each part takes, and how hard it is."""

from dataclasses import dataclass
from typing import Any

from ui.words import Json

EASY_S_PER_KM = 360.0
OPEN_END_S = 300.0
MOST_PARTS = 80


@dataclass(frozen=True)
class Part:
    """One piece of the bar."""

    kind: str
    weight: int


def bars(workout: Json) -> list[Part]:
    """Repeats unrolled, each part as long as it takes."""
    parts: list[Part] = []
    for segment in workout["segments"]:
        if segment["type"] == "interval":
            for _ in range(int(segment["repeats"])):
                parts.append(_part(segment["work"], "work"))
                if segment.get("recovery"):
                    parts.append(_part(segment["recovery"], "recovery"))
        else:
            parts.append(_part(segment, segment["type"]))
    return parts[:MOST_PARTS]


def _part(step: dict[str, Any], kind: str) -> Part:
    pace = step.get("pace_range_s_per_km")
    s_per_km = sum(pace) / 2 if pace else EASY_S_PER_KM
    metres = step.get("distance_meters")
    seconds = step.get("duration_seconds") or (metres / 1000 * s_per_km if metres else OPEN_END_S)
    return Part(step.get("type") or kind, max(1, round(seconds)))
