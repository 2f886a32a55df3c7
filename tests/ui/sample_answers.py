"""What the fake API answers: one runner's plausible data, in the shapes of `api.schemas`."""

from datetime import date, timedelta
from math import sin
from typing import Any
from uuid import UUID, uuid5

TODAY = date(2026, 11, 21)
NAMES = UUID("6d7a8c1e-0000-4000-8000-000000000000")
HASH = "3c1147cc8268d79cbfa5c441a440feff0712c5f54d1eacfed4b286df760bbcc0"
MOMENT = "2026-11-21T09:45:35Z"


def an_id(name: str) -> str:
    """The same id for the same name."""
    return str(uuid5(NAMES, name))


def a_figure(key: str, value: Any, unit: str = "", **inputs: Any) -> dict[str, Any]:
    """A figure with its receipt; None as value comes with a reason."""
    return {
        "value": value, "unit": unit, "definition_key": key, "formula_version": 1, "inputs": inputs,
        "as_of": str(TODAY), "reason": "not_enough_history" if value is None else None,
    }  # fmt: skip


def an_activity(name: str = "한강 이지런", day: date = TODAY, **changed: Any) -> dict[str, Any]:
    """A run of 9.8 km in 1:01:05."""
    return {
        "id": an_id(f"activity {name} {day}"), "source": "garmin", "sport": "run", "is_run": True,
        "name": name, "start_time": f"{day}T21:14:31Z", "local_date": str(day),
        "time_zone": "Asia/Seoul", "elapsed_s": 3665.0, "moving_s": 3665.0, "distance_m": 9800.0,
        "pace_s_per_km": 373.98,
        "calories_kcal": 636.0, "ascent_m": 11.0, "descent_m": 11.0, "avg_hr_bpm": 143.0, "max_hr_bpm": 152.0,
        "avg_cadence_spm": 171.0, "avg_power_w": None, "training_effect_aerobic": 3.2,
        "training_effect_anaerobic": 0.0, "device": "Forerunner 965", "has_original": True, "revision": 1,
        **changed,
    }  # fmt: skip


def a_step(kind: str, **changed: Any) -> dict[str, Any]:
    """One step of a workout."""
    base = {"duration_seconds": None, "distance_meters": None, "pace_target": "E", "notes": None}
    return {"type": kind, **base, "pace_range_s_per_km": [313.0, 355.0], **changed}


def a_workout(day: date, kind: str = "easy", title: str = "Easy 5km", **changed: Any) -> dict[str, Any]:
    """One planned day; intervals have repeats, a rest day has nothing."""
    segments: list[dict[str, Any]] = [a_step("steady", distance_meters=5000)]
    if kind == "interval":
        work, jog = a_step("work", distance_meters=800), a_step("recovery", duration_seconds=120)
        repeats = {"type": "interval", "repeats": 5, "work": work, "recovery": jog}
        segments = [a_step("warmup", distance_meters=2000), repeats, a_step("cooldown", duration_seconds=600)]
    return {
        "id": an_id(f"workout {day}"), "day": str(day), "kind": kind, "is_hard": kind == "interval",
        "title": title, "segments": [] if kind == "rest" else segments, "estimated_duration_s": 1680,
        "estimated_distance_m": 0 if kind == "rest" else 5000, "reason": "편하게 달려요.",
        "reason_key": "workout.reason.easy", "is_locked": False, "content_hash": HASH, "completion": None,
        "publish": None, **changed,
    }  # fmt: skip


def weeks(title: str = "Easy 5km") -> list[dict[str, Any]]:
    """Nine weeks around today: intervals on Tuesday, rest on Monday and Friday."""
    kinds = ["rest", "interval", "easy", "easy", "rest", "easy", "long"]
    states = {0: "confirmed", 1: "assumed", 2: "missed"}
    found = []
    for index in range(9):
        monday = TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=index)
        days = []
        for n, kind in enumerate(kinds):
            day = monday + timedelta(days=n)
            is_past = day < TODAY and kind != "rest"
            done = {"state": states[n % 3], "activity_id": None, "distance_ratio": 1.0} if is_past else None
            days.append(a_workout(day, kind, title, completion=done))
        found.append(
            {
                "index": index,
                "monday": str(monday),
                "phase": "build",
                "is_deload": index == 3,
                "planned_distance_m": 25000,
                "cap_distance_m": 30000,
                "done_distance_m": 19100.0 if index == 0 else None,
                "workouts": days,
            }  # fmt: skip
        )
    return found


def a_job(kind: str, state: str = "running", **changed: Any) -> dict[str, Any]:
    """A long-running job; `parked` waits for a person."""
    job_id = f"{kind.replace('_', '-')}/{an_id('alice')}"
    is_parked = state == "parked"
    error = {"code": "provider_unavailable", "detail": "Garmin does not answer.", "next_step": "Retry."}
    return {
        "id": job_id, "kind": kind, "state": state, "done": 120, "total": 450, "percent": 26.7, "failed": 1,
        "eta_s": 42.0, "phase": "importing", "error": error if is_parked else None, "needs_human": is_parked,
        "can_operate": is_parked, "detail": {}, "started_at": MOMENT, "updated_at": MOMENT,
        "status_url": f"/api/v1/jobs/{job_id}", "events_url": f"/api/v1/jobs/{job_id}/events",
        "temporal_url": "http://127.0.0.1:8233/namespaces/default/workflows/x", **changed,
    }  # fmt: skip


def a_proposal(title: str = "Easy 5km", **changed: Any) -> dict[str, Any]:
    """Open, sound, with one change and two workouts for the watch."""
    items = [a_workout(TODAY + timedelta(days=3), "interval", title), a_workout(TODAY + timedelta(days=5))]
    check = {"week_index": None, "day": None, "observed": None, "limit": None}
    return {
        "id": an_id("proposal"), "version": 2, "status": "proposed", "is_open": True, "cause": "requested",
        "cause_text": "요청하신 새 계획이에요.", "created_at": MOMENT, "expires_at": "2026-11-24T09:45:35Z",
        "content_hash": HASH, "target_account": "90000000", "method": "daniels", "start": "2026-11-23",
        "end": "2027-01-24", "is_sound": False,
        "checks": [
            {"rule": "nine_weeks", "text": "아홉 주가 빠짐없이 이어져요", "passed": True, **check},
            {"rule": "weekly_cap", "text": "주간 거리가 안전하게 늘어요", "passed": False, **check,
             "observed": 32.0, "limit": 30.0},
        ],
        "changes": [
            {"day": str(TODAY + timedelta(days=3)), "cause": "missed", "text": "지난주에 덜 달렸어요.",
             "before_title": None, "after_title": title, "before_distance_m": None, "after_distance_m": 8373},
        ],
        "items": items, "weeks": weeks(title), "decision": None, "push": [], "push_job": None,
        "approval_job": None, **changed,
    }  # fmt: skip


def a_summary_of(proposal: dict[str, Any]) -> dict[str, Any]:
    """The proposal in a list."""
    wanted = ("id", "version", "status", "cause", "cause_text", "method", "start", "end", "created_at",
              "expires_at", "content_hash")  # fmt: skip
    return {name: proposal[name] for name in wanted} | {"changed_days": len(proposal["changes"])}


def a_plan(title: str = "Easy 5km") -> dict[str, Any]:
    """The approved version."""
    return {
        "id": an_id("plan"), "version": 1, "status": "approved", "cause": "first_plan", "method": "daniels",
        "race_index": 46.4, "start": "2026-11-16", "end": "2027-01-17", "created_at": MOMENT,
        "expires_at": MOMENT, "content_hash": HASH, "weeks": weeks(title),
    }  # fmt: skip


def pushed(state: str = "verified") -> list[dict[str, Any]]:
    """Two workouts on their way."""
    return [
        {"workout_id": an_id(f"push {n}"), "day": str(TODAY + timedelta(days=n)), "title": "Easy 5km",
         "state": state, "provider_workout_id": "1", "error": None}
        for n in (3, 5)
    ]  # fmt: skip


def summary(activity_name: str, jobs: list[dict[str, Any]], waiting: int) -> dict[str, Any]:
    """Today."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    week = []
    for n in range(7):
        done = 9800.0 if n in (1, 3) else None
        week.append(
            {"day": str(monday + timedelta(days=n)), "planned_distance_m": 5000, "planned_title": "Easy",
             "planned_kind": "easy", "done_distance_m": done, "done_load": None, "completion": None}
        )  # fmt: skip
    return {
        "today": str(TODAY), "activities": 493, "today_workout": a_workout(TODAY, "interval", activity_name),
        "next_workout": a_workout(TODAY + timedelta(days=1)),
        "figures": {
            "ctl": a_figure("ctl", 34.26, "load/day"), "atl": a_figure("atl", 30.57, "load/day"),
            "tsb": a_figure("tsb", -0.57, "load/day", band="neutral"),
            "race_index": a_figure("race_index", None, "index"),
            "readiness": a_figure("readiness", "green", "class", score=2, hrv_week=1, resting_hr=0, form=0),
        },
        "week": week, "week_planned_distance_m": 35000, "week_done_distance_m": 19600.0,
        "approvals": {"count": waiting, "oldest_created_at": MOMENT if waiting else None,
                      "newest_id": an_id("proposal") if waiting else None},
        "wellness_today": None, "recent": [an_activity(activity_name)],
        "streams": [
            {"provider": "garmin", "stream": "activities", "last_success_at": MOMENT, "error": None},
            {"provider": "garmin", "stream": "wellness", "last_success_at": None, "error": None},
        ],
        "jobs": jobs,
    }  # fmt: skip


def trends() -> dict[str, Any]:
    """Ninety days, with a hole in the HRV."""
    days = [TODAY - timedelta(days=89 - n) for n in range(90)]

    def series(key: str, unit: str, base: float, swing: float, hole: bool = False) -> dict[str, Any]:
        points = [
            [str(day), None if hole and 20 < n < 30 else base + swing * sin(n / 6)]
            for n, day in enumerate(days)
        ]
        return {"definition_key": key, "unit": unit, "formula_version": 1, "points": points}

    periods = []
    for n in range(12):
        start = TODAY - timedelta(days=TODAY.weekday() + 7 * (11 - n))
        periods.append(
            {"start": str(start), "end": str(start + timedelta(days=6)), "activities": 4, "runs": 4,
             "distance": a_figure("distance", 30000.0 + 1000 * n, "m"),
             "moving_time": a_figure("moving_time", 9000.0, "s"), "load": a_figure("load", None, "load"),
             "elevation_gain": a_figure("elevation_gain", 100.0, "m")}
        )  # fmt: skip
    return {
        "first": str(days[0]), "last": str(days[-1]), "warm_up_until": str(days[20]),
        "load": {"ctl": series("ctl", "load/day", 34, 4), "atl": series("atl", "load/day", 34, 9),
                 "tsb": series("tsb", "load/day", 0, 9), "load": series("load", "load", 40, 30)},
        "projection": {}, "weeks": periods,
        "body": {"sleep_s": series("sleep_s", "s", 26000, 2000),
                 "hrv_rmssd_ms": series("hrv_rmssd_ms", "ms", 57, 5, hole=True),
                 "resting_hr_bpm": series("resting_hr_bpm", "bpm", 50, 2)},
    }  # fmt: skip


def coverage() -> dict[str, Any]:
    """Ten days of sleep: eight there, one empty, one failed."""
    states = ["have"] * 5 + ["empty"] + ["have"] * 3 + ["failed"]
    days = [{"day": str(TODAY - timedelta(days=9 - n)), "state": state} for n, state in enumerate(states)]
    first, last = days[0]["day"], days[-1]["day"]
    count = {"stream": "sleep", "first_day": first, "last_day": last, "have": 8, "empty": 1, "failed": 1,
             "pending": 0}  # fmt: skip
    streams = [{"stream": "sleep", "days": days}]
    return {"first": first, "last": last, "streams": streams, "summary": [count]}


def detail(activity: dict[str, Any]) -> dict[str, Any]:
    """The activity with ten laps, zones and a best effort."""
    laps = [
        {"index": n, "start_s": n * 370.0, "elapsed_s": 370.0, "moving_s": 370.0, "distance_m": 1000.0,
         "pace_s_per_km": 300.0 if n == 4 else 370.0, "avg_hr_bpm": 143.0, "max_hr_bpm": 150.0,
         "avg_cadence_spm": 171.0, "avg_power_w": None, "trigger": "distance"}
        for n in range(10)
    ]  # fmt: skip
    return activity | {
        "figures": {"load": a_figure("load", 60.8, "load"), "decoupling": a_figure("decoupling", None, "%")},
        "laps": laps, "zones": [{"system": "hr_max", "seconds": [14.0, 25.0, 3612.0, 5.0, 9.0]}],
        "best_efforts": [{"distance_m": 1000.0, "duration_s": 300.0, "start_s": 0.0, "pace_s_per_km": 300.0}],
        "strava_url": None, "workout_id": None,
    }  # fmt: skip


def samples() -> dict[str, Any]:
    """A hundred samples: a start from standing, a gap in the heart rate, no power."""
    seconds = [n * 37.0 for n in range(100)]
    return {
        "time_s": seconds,
        "channels": {
            "speed_m_s": [0.0] + [2.7 + 0.2 * sin(n / 5) for n in range(1, 100)],
            "heart_rate_bpm": [None if 40 < n < 45 else 140.0 + n % 7 for n in range(100)],
            "altitude_m": [10.0 + 3 * sin(n / 20) for n in range(100)],
            "power_w": [None] * 100,
        },
        "total_points": 3666, "returned_points": 100,
    }  # fmt: skip


def a_profile() -> dict[str, Any]:
    return {
        "is_set": True, "available_weekdays": [1, 3, 6], "long_run_weekday": 6, "quality_days_per_week": 1,
        "max_weekly_distance_m": 60_000, "method": "daniels", "hr_max_bpm": 187, "hr_rest_bpm": 48,
        "threshold_hr_bpm": None, "birth_year": 1990, "sex": "female", "injury_notes": "left knee",
    }  # fmt: skip
