"""Every operation of the OpenAPI document, with values for its parameters: what the sweeps walk over."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI

NOBODYS = UUID(int=0xFEED)
METHODS = ("get", "put", "post", "patch", "delete")

VALUES: dict[str, str] = {"job_id": "garmin-sync/nobody", "action": "pause", "period": "weekly"}
"""Path parameters that are no id of a row; everything else gets an id."""

BODIES: dict[str, dict[str, Any]] = {
    "auth_login": {"email": "a@b.c", "password": "wrong wrong wrong"},
    "auth_register": {"email": "a@b.c", "password": "passwordpassword", "display_name": "A"},
    "auth_change_me": {"units": "metric"},
    "users_save_profile": {
        "available_weekdays": [1, 6],
        "long_run_weekday": 6,
        "quality_days_per_week": 1,
    },
    "users_add_goal": {"kind": "fitness", "title": "g"},
    "users_change_goal": {"kind": "fitness", "title": "g"},
    "garmin_connect": {"email": "a@b.c", "password": "p"},
    "garmin_submit_code": {"code": "123456"},
    "jobs_operate": {"action": "retry"},
    "plans_generate": {},
    "plans_edit_workout": {"reason": "r"},
    "approvals_approve": {"content_hash": "0" * 64},
    "approvals_reject": {"reason": "r"},
    "strava_relay_callback": {"code": "c", "state": "s", "scope": "activity:write"},
    "strava_upload": {},
    "ai_chat": {"message": "hello"},
    "zones_add_zones": {"items": [{"kind": "hr_max", "values": [190], "valid_from": "2026-01-01"}]},
    "codec_decode": {"payloads": []},
    "codec_encode": {"payloads": []},
}


@dataclass(frozen=True)
class Operation:
    """One method at one path. `row_parameters`: those path parameters that name a row."""

    id: str
    method: str
    path: str
    row_parameters: tuple[str, ...]

    @property
    def is_unsafe(self) -> bool:
        return self.method != "get"

    def url(self, **rows: object) -> str:
        """The path with its parameters filled; rows that are not given are nobody's."""
        filled = self.path
        for name, value in VALUES.items():
            filled = filled.replace(f"{{{name}}}", value)
        for name in self.row_parameters:
            filled = filled.replace(f"{{{name}}}", str(rows.get(name, NOBODYS)))
        return filled

    @property
    def body(self) -> dict[str, Any] | None:
        return BODIES.get(self.id)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def operations(app: FastAPI) -> Iterator[Operation]:
    """All of them, in the document's order."""
    for path, methods in app.openapi()["paths"].items():
        for method in METHODS:
            if found := methods.get(method):
                names = [p["name"] for p in found.get("parameters", []) if p["in"] == "path"]
                rows = tuple(name for name in names if name not in VALUES)
                yield Operation(found["operationId"], method, path, rows)
