"""The JSON of the simulated Strava, as recorded."""

from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse

_SPORT = {1: "Run", 2: "Ride", 10: "Workout", 11: "Walk", 17: "Hike"}
_SEOUL_S = 32_400


def problem(status: int, message: str, resource: str, field: str, code: str) -> JSONResponse:
    """An error: every one but the rate limit carries a list."""
    error = {"resource": resource, "field": field, "code": code}
    return JSONResponse({"message": message, "errors": [error]}, status)


def athlete_json(athlete: int) -> dict[str, Any]:
    return {
        "id": athlete,
        "username": f"runner_{athlete}",
        "resource_state": 3,
        "firstname": "지우",
        "lastname": "김",
        "city": "Seoul",
        "state": "Seoul",
        "country": "South Korea",
        "sex": "F",
        "premium": False,
        "summit": False,
        "created_at": "2020-03-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "profile_medium": "https://example.invalid/avatar.jpg",
        "profile": "https://example.invalid/avatar.jpg",
    }


def activity_json(kept: dict[str, Any]) -> dict[str, Any]:
    """An activity, with the figures that the uploaded file held."""
    started = datetime.fromisoformat(kept["start_date"])
    local = started + timedelta(seconds=_SEOUL_S)
    kind = _SPORT.get(kept["sport"], "Workout")
    return {
        "resource_state": 3,
        "id": kept["id"],
        "athlete": {"id": kept["athlete"], "resource_state": 1},
        "name": kept["name"],
        "description": kept["description"],
        "distance": round(kept["distance_m"], 1),
        "moving_time": round(kept["timer_s"]),
        "elapsed_time": round(kept["elapsed_s"]),
        "total_elevation_gain": 0.0,
        "type": kind,
        "sport_type": kind,
        "start_date": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "start_date_local": local.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timezone": "(GMT+09:00) Asia/Seoul",
        "utc_offset": float(_SEOUL_S),
        "external_id": kept["external_id"],
        "upload_id": kept["upload_id"],
        "upload_id_str": str(kept["upload_id"]),
        "average_speed": round(kept["distance_m"] / kept["timer_s"], 3) if kept["timer_s"] else 0.0,
        "trainer": False,
        "commute": False,
        "manual": False,
        "private": False,
        "visibility": "followers_only",
    }


def upload_json(upload: dict[str, Any], *, is_processing: bool = False) -> dict[str, Any]:
    """An upload as a poll tells it."""
    shown = {"id": upload["id"], "id_str": str(upload["id"]), "external_id": upload["external_id"]}
    if is_processing:
        told = {"error": None, "status": "Your activity is still being processed.", "activity_id": None}
    elif upload["error"]:
        status = "There was an error processing your activity."
        told = {"error": upload["error"], "status": status, "activity_id": None}
    else:
        told = {"error": None, "status": "Your activity is ready.", "activity_id": upload["activity_id"]}
    return shown | told
