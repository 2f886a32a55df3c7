"""The installation."""

from typing import Literal

from api.schemas.common import Out


class LiveOut(Out):
    """The process answers."""

    status: Literal["ok"] = "ok"


class PartOut(Out):
    """One part, in words."""

    name: Literal["postgres", "temporal"]
    is_healthy: bool
    text: str


class HealthOut(Out):
    """`status` degraded = the API answers but a part does not."""

    status: Literal["ok", "degraded"]
    parts: list[PartOut]


class DemoLogin(Out):
    """Shown only on a demo installation."""

    email: str
    password: str


class InfoOut(Out):
    """What runs here. Open to everybody: the login page shows it."""

    version: str
    temporal_ui_url: str | None
    is_demo: bool
    demo_login: DemoLogin | None
    has_owner: bool
    languages: list[str]
    coach: Literal["model", "rules"]
