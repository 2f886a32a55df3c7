"""Accounts and sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr

from api.schemas.common import In, Out, Text

Language = Literal["ko", "en"]
Units = Literal["metric", "imperial"]


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not an IANA time zone")
    return value


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Email = Annotated[Text, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]


class RegisterIn(In):
    """The first account becomes the owner; every later one needs an invite code."""

    email: Email
    password: Annotated[SecretStr, Field(min_length=15, max_length=256)]
    display_name: Annotated[Text, Field(min_length=1, max_length=80)]
    invite_code: Annotated[Text, Field(max_length=128)] | None = None
    language: Language = "ko"
    time_zone: TimeZone = "Asia/Seoul"


class LoginIn(In):
    """E-mail and password of an account here."""

    email: Email
    password: Password


class MeOut(Out):
    """The account that the session belongs to."""

    id: UUID
    email: str
    display_name: str
    language: Language
    time_zone: str
    units: Units
    is_owner: bool
    is_demo: bool


class MePatch(In):
    """What is not sent stays."""

    language: Language | None = None
    time_zone: TimeZone | None = None
    units: Units | None = None


class InviteOut(Out):
    """A single-use code; it is shown this once."""

    code: str
    expires_at: datetime
