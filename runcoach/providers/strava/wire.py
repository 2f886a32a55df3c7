"""What Strava answers, as far as it is used."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from runcoach.domain.errors import ProviderChanged


class Wire(BaseModel):
    """Unknown fields are nobody's business here."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class AthleteWire(Wire):
    id: int


class TokenWire(Wire):
    access_token: str
    refresh_token: str
    expires_at: int
    athlete: AthleteWire | None = None


class UploadWire(Wire):
    id: int | None = None
    external_id: str | None = None
    error: str | None = None
    status: str | None = None
    activity_id: int | None = None


class ActivityWire(Wire):
    id: int
    external_id: str | None = None
    start_date: datetime
    elapsed_time: float


def parse[W: Wire](kind: type[W], payload: Any) -> W:
    """The payload in that shape. Raises ProviderChanged, naming the field, not its content."""
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise _changed(error) from None


def parse_list[W: Wire](kind: type[W], payload: Any) -> list[W]:
    """As `parse`, for a list."""
    try:
        return TypeAdapter(list[kind]).validate_python(payload)  # type: ignore[valid-type]
    except ValidationError as error:
        raise _changed(error) from None


def _changed(error: ValidationError) -> ProviderChanged:
    place = ".".join(str(part) for part in error.errors()[0]["loc"])
    return ProviderChanged(provider="strava", field=place)
