"""Zones and thresholds, dated; estimates stay proposals until the runner confirms them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.common import In, Out, Text

ZoneKind = Literal["hr", "pace", "power"]


class ZoneSetIn(In):
    """One set of zones: `bounds` are the upper limits of zones 1 … n−1 in the unit of the kind."""

    kind: ZoneKind
    system: Annotated[Text, Field(min_length=1, max_length=40)]
    bounds: Annotated[list[float], Field(min_length=1, max_length=9)]
    anchor: float | None = None
    valid_from: date

    @model_validator(mode="after")
    def _in_order(self) -> "ZoneSetIn":
        rising = sorted(self.bounds)
        if self.bounds not in (rising, rising[::-1]) or len(set(self.bounds)) != len(self.bounds):
            raise ValueError("bounds run in one direction")
        return self


class ZonesIn(In):
    """Sets to add; older ones of the same kind stay for the days before."""

    sets: Annotated[list[ZoneSetIn], Field(min_length=1, max_length=6)]


class ZoneSetOut(Out):
    """A set in force from `valid_from`, with where it came from."""

    id: UUID
    kind: str
    system: str
    bounds: list[float]
    anchor: float | None
    unit: str
    source: str
    valid_from: date
    confirmed: bool


class ZonesOut(Out):
    """In force today first, then the history."""

    items: list[ZoneSetOut]


class ZoneProposalsOut(Out):
    """Estimates that wait for a yes."""

    items: list[ZoneSetOut]
