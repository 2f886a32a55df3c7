"""The figures that tools gave in a conversation, by dimension."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.claims import Claim, claims
from agent.context import BASELINE_MARK
from runcoach.domain.chat import ChatMessage, Role

_SUFFIXES = (
    ("_s_per_km", "clock"),
    ("_bpm", "hr"),
    ("_spm", "cadence"),
    ("_ms", "milliseconds"),
    ("_kg", "weight"),
    ("_kcal", "energy"),
    ("_w", "power"),
    ("_c", "temperature"),
    ("_m", "distance"),
    ("_s", "clock"),
)
_BY_UNIT = {
    "m": "distance",
    "s": "clock",
    "s/km": "clock",
    "bpm": "hr",
    "spm": "cadence",
    "W": "power",
    "%": "percent",
    "kg": "weight",
    "ms": "milliseconds",
    "degC": "temperature",
}
_INDICES = {"ctl", "atl", "tsb", "race_index", "load", "monotony"}
"""Figures without a unit count for the metric that they are of, and for no other."""


@dataclass(frozen=True)
class Evidence:
    """Known values by dimension."""

    values: Mapping[str, frozenset[float]]

    def supports(self, claim: Claim) -> bool:
        """Whether a known value rounds to what is claimed."""
        known = self.values.get(claim.kind, frozenset())
        return any(abs(value - claim.value) <= claim.slack for value in known)


def evidence_of(transcript: Sequence[ChatMessage]) -> Evidence:
    """From tool results and the baseline only; what anybody merely said is none."""
    found: dict[str, set[float]] = {}
    for content in _sources(transcript):
        for kind, value in _known(_parsed(content)):
            found.setdefault(kind, set()).add(value)
    return Evidence({kind: frozenset(values) for kind, values in found.items()})


def _sources(transcript: Sequence[ChatMessage]) -> Iterator[str]:
    for message in transcript:
        if message.role is Role.TOOL:
            yield message.content
        elif message.role is Role.SYSTEM and message.content.startswith(BASELINE_MARK):
            yield message.content.removeprefix(BASELINE_MARK)


def _parsed(content: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content


def _known(value: Any, key: str = "") -> Iterator[tuple[str, float]]:
    """Numbers by the unit in their key or beside them, and figures in strings that are not untrusted."""
    if isinstance(value, Mapping):
        if isinstance(value.get("value"), int | float) and "unit" in value:
            yield _figure_kind(value), float(value["value"])
        for name, item in value.items():
            if name != "untrusted_text":
                yield from _known(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _known(item, key)
    elif isinstance(value, str):
        for claim in claims(value):
            yield claim.kind, claim.value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        kind = key if key in _INDICES else next((k for end, k in _SUFFIXES if key.endswith(end)), None)
        if kind is not None:
            yield kind, float(value)


def _figure_kind(figure: Mapping[str, Any]) -> str:
    return _BY_UNIT.get(str(figure["unit"]), str(figure.get("definition_key", "")))
