"""Zones and thresholds, dated; estimates stay proposals until the runner confirms them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.common import In, Out, Text

ThresholdKind = Literal["hr_max", "hr_rest", "threshold_hr", "threshold_pace", "critical_power"]
BoundsKind = Literal["hr_zones", "pace_zones", "power_zones"]

UNITS: dict[str, str] = {
    "hr_max": "bpm",
    "hr_rest": "bpm",
    "threshold_hr": "bpm",
    "threshold_pace": "s/km",
    "critical_power": "W",
    "hr_zones": "bpm",
    "pace_zones": "s/km",
    "power_zones": "W",
}


class ZoneSetIn(In):
    """A threshold (one value), or where each zone begins, in one direction, in the unit of the kind."""

    kind: ThresholdKind | BoundsKind
    system: Annotated[Text, Field(min_length=1, max_length=40)] = "own"
    values: Annotated[list[Annotated[float, Field(gt=0, lt=10_000)]], Field(min_length=1, max_length=10)]
    valid_from: date

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "ZoneSetIn":
        if not self.kind.endswith("_zones") and len(self.values) != 1:
            raise ValueError("a threshold has one value")
        rising = sorted(set(self.values))
        if self.values not in (rising, rising[::-1]):
            raise ValueError("bounds run in one direction")
        return self


class ZonesIn(In):
    """Sets to add; older ones of the same kind stay in force for the days before."""

    items: Annotated[list[ZoneSetIn], Field(min_length=1, max_length=10)]


class ZoneSetOut(Out):
    """A threshold or a set of bounds, with where it came from."""

    id: UUID
    kind: str
    kind_text: str
    system: str
    values: list[float]
    unit: str
    source: str
    source_text: str
    valid_from: date
    is_confirmed: bool
    formula_version: int


class ZonesOut(Out):
    """`current`: in force today. `history`: all that were confirmed, newest first."""

    current: list[ZoneSetOut]
    history: list[ZoneSetOut]


class ZoneProposalsOut(Out):
    """Estimates that wait for a yes."""

    items: list[ZoneSetOut]
