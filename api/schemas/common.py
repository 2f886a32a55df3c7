"""Shapes that every room of the API uses."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runcoach.domain.figures import Figure


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("NUL is not text")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
"""Text that Postgres takes: no NUL character."""


class In(BaseModel):
    """What a caller sends: unknown fields are refused, so that nothing is assigned by accident."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Out(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True)


class FieldProblem(Out):
    """One field of a request that cannot be taken: `reason` is pydantic's stable error type."""

    field: str
    reason: str


class Problem(Out):
    """problem+json (RFC 9457). `code` is stable; `detail` and `next_step` are in the caller's language."""

    type: str = Field(examples=["urn:runcoach:problem:approval_changed"])
    title: str
    status: int
    code: str
    detail: str
    next_step: str | None = None
    instance: str = Field(description="Id of the request, also in the logs")
    retry_after_s: int | None = None
    errors: list[FieldProblem] | None = None


class ErrorNote(Out):
    """A failure that a job or a connection ended with, in words."""

    code: str
    detail: str
    next_step: str | None = None


class Accepted(Out):
    """202: the work goes on in a workflow. `started` false = it was already running."""

    workflow_id: str
    status_url: str
    started: bool = True
    temporal_url: str | None = None


class FigureOut(Out):
    """A figure with its receipt: either a value, or null with the reason (`reason.<reason>` in i18n)."""

    value: float | int | str | bool | None
    unit: str
    definition_key: str
    formula_version: int
    inputs: dict[str, float | int | str | bool | None] = Field(default_factory=dict)
    as_of: date | None = None
    reason: str | None = None

    @classmethod
    def of(cls, figure: Figure) -> "FigureOut":
        """The wire form of a domain figure."""
        return cls(
            value=figure.value,
            unit=figure.unit,
            definition_key=figure.definition_key,
            formula_version=figure.formula_version,
            inputs=dict(figure.inputs),
            as_of=figure.as_of,
            reason=figure.reason.value if figure.reason else None,
        )
