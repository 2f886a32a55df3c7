"""Sentences from tool results: every figure is quoted as the tool wrote it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from runcoach.i18n import t
from runcoach.i18n.formats import MISSING

type Found = Mapping[str, Mapping[str, Any]]
"""Tool name → its result."""


def fitness(found: Found, language: str) -> str:
    result = found["get_fitness"]
    figures = {figure["definition_key"]: figure for figure in result["figures"]}
    if figures.get("ctl", {}).get("value") is None:
        reason = figures.get("ctl", {}).get("reason") or MISSING
        return t("coach.answer.no_fitness", language, reason=reason)
    lines = [
        t(
            "coach.answer.fitness",
            language,
            ctl=figures["ctl"]["text"],
            atl=figures["atl"]["text"],
            tsb=figures["tsb"]["text"],
        ),
        t(f"coach.answer.form.{band(float(figures['tsb']['value']))}", language),
    ]
    readiness = figures.get("readiness", {})
    if readiness.get("value") is not None:
        lines.append(t("coach.answer.readiness", language, readiness=readiness["text"]))
    index = next((f for f in result["level"] if f["definition_key"] == "race_index"), None)
    if index and index["value"] is not None:
        lines.append(t("coach.answer.race_index", language, index=index["text"]))
    lines.append(_weeks(result["weeks"], language))
    return " ".join(lines)


def band(tsb: float) -> str:
    """The product's word for form, coarser."""
    for bound, word in ((15, "very_fresh"), (5, "fresh"), (-10, "neutral"), (-30, "productive")):
        if tsb >= bound:
            return word
    return "overload"


def _weeks(weeks: list[Mapping[str, Any]], language: str) -> str:
    complete = [week for week in weeks if not week["is_current"]]
    current = weeks[-1]
    return t(
        "coach.answer.weeks",
        language,
        this_week=current["distance_text"],
        last_week=complete[-1]["distance_text"] if complete else MISSING,
    )


def recent(found: Found, language: str) -> str:
    activities = found["get_recent_activities"]["activities"]
    if not activities:
        return t("coach.answer.no_runs", language)
    lines = [_run_line(activity, language) for activity in activities]
    return "\n".join([t("coach.answer.recent", language), *(f"- {line}" for line in lines)])


def _run_line(activity: Mapping[str, Any], language: str) -> str:
    key = "coach.answer.run_line_hr" if activity["avg_hr_bpm"] is not None else "coach.answer.run_line"
    return t(
        key,
        language,
        day=activity["date_text"],
        sport=activity["sport"],
        distance=activity["distance_text"],
        time=activity["moving_text"],
        pace=activity["pace_text"],
        hr=activity["avg_hr_bpm"],
    )


def last_run(found: Found, language: str) -> str:
    activities = found["get_recent_activities"]["activities"]
    if not activities:
        return t("coach.answer.no_runs", language)
    detail = found.get("get_activity", activities[0])
    lines = [_run_line(detail, language) + "."]
    figures = {figure["definition_key"]: figure for figure in detail.get("figures", [])}
    load = figures.get("load", {})
    if load.get("value") is not None:
        lines.append(t("coach.answer.run_load", language, load=load["text"]))
    drift = figures.get("decoupling", {})
    if drift.get("value") is not None:
        lines.append(t("coach.answer.run_drift", language, drift=drift["text"]))
    return " ".join(lines)


def day_answer(found: Found, language: str, offset: int) -> str:
    result = found["get_plan"]
    version = result["approved"]
    if version is None:
        return _no_plan(result, language)
    day = _iso_day(result["today"], offset)
    workouts = [w for week in version["weeks"] for w in week["workouts"] if w["date"] == day]
    word = "today" if offset == 0 else "tomorrow"
    if not workouts:
        return " ".join([t(f"coach.answer.rest_{word}", language), *_next(version, day, language)])
    first = workouts[0]
    head = t(f"coach.answer.{word}", language, workout=_workout(first, language))
    return " ".join(part for part in (head, _paces(first, language), first["reason"]) if part)


def _next(version: Mapping[str, Any], day: str, language: str) -> list[str]:
    """The next workout after that day, where the plan has one."""
    later = [w for week in version["weeks"] for w in week["workouts"] if w["date"] > day]
    if not later:
        return []
    workout = _workout(later[0], language)
    return [t("coach.answer.next_workout", language, day=later[0]["date_text"], workout=workout)]


def _iso_day(today: str, offset: int) -> str:
    return (date.fromisoformat(today) + timedelta(days=offset)).isoformat()


def _workout(workout: Mapping[str, Any], language: str) -> str:
    return t(
        "coach.answer.workout",
        language,
        kind=workout["kind"],
        title=workout["title"],
        distance=workout["distance_text"],
        duration=workout["duration_text"],
    )


def _paces(workout: Mapping[str, Any], language: str) -> str:
    paces = ", ".join(workout["paces"])
    return t("coach.answer.paces_of_workout", language, paces=paces) if paces else ""


def week_answer(found: Found, language: str) -> str:
    result = found["get_plan"]
    if result["approved"] is None:
        return _no_plan(result, language)
    weeks = result["approved"]["weeks"]
    upcoming = next((w for w in weeks if any(o["date"] >= result["today"] for o in w["workouts"])), None)
    if upcoming is None:
        return t("coach.answer.plan_over", language)
    head = t(
        "coach.answer.week",
        language,
        week=upcoming["week_text"],
        phase=upcoming["phase"],
        distance=upcoming["planned_distance_text"],
    )
    lines = [
        f"- {workout['date_text']}: {_workout(workout, language)}"
        for workout in upcoming["workouts"]
        if workout["date"] >= result["today"]
    ]
    return "\n".join([head, *lines])


def _no_plan(result: Mapping[str, Any], language: str) -> str:
    waiting = result["waiting_for_decision"]
    return t("coach.answer.plan_waits" if waiting else "coach.answer.no_plan", language)


def why_changed(found: Found, language: str) -> str:
    waiting, approved = found["get_plan"]["waiting_for_decision"], found["get_plan"]["approved"]
    if waiting:
        until = t("coach.answer.decide_until", language, day=waiting[0]["expires"])
        return "\n".join([t("coach.answer.why", language), *_changes(waiting[0]), until])
    if approved is None:
        return t("coach.answer.no_plan", language)
    if not approved["changes"]:
        return t("coach.answer.nothing_changed", language)
    return "\n".join([t("coach.answer.why_approved", language), *_changes(approved)])


def _changes(version: Mapping[str, Any]) -> list[str]:
    lines = list(version["causes"])
    for change in version["changes"][:5]:
        before, after = change["before"] or MISSING, change["after"] or MISSING
        lines.append(f"- {change['date_text']}: {before} → {after}")
    return lines


def proposed(found: Found, language: str) -> str:
    result = found["propose_plan"]
    if result["status"] == "refused":
        return t("coach.proposed.refused", language, reason=result["reason"], next=result["next"])
    if result["status"] != "proposed":
        return t("coach.proposed", language)
    made = t(
        "coach.proposed.made",
        language,
        weeks=result["weeks"],
        first=result["first_day_text"],
        last=result["last_day_text"],
        first_week=result["first_week_text"],
        least=result["least_week_text"],
        most=result["most_week_text"],
    )
    count, day = result["workouts_for_watch"], result["decide_until"]
    lines = [" ".join([made, *result["causes"]])]
    if result["key_sessions"]:
        lines.append(t("coach.proposed.key", language))
        lines += [f"- {w['date_text']}: {_workout(w, language)}" for w in result["key_sessions"]]
    decide = t("coach.proposed.decide", language, count=count, day=day)
    return "\n".join([*lines, f"\n{decide} {result['where']}"])


def body_answer(found: Found, language: str) -> str:
    result = found["get_fitness"]
    body = result["body"]
    if body is None:
        return t("coach.answer.no_body", language)
    lines = [t("coach.answer.body_day", language, day=body["date_text"])]
    if body["sleep_text"]:
        lines.append(t("coach.answer.body_sleep", language, sleep=body["sleep_text"]))
    if body["hrv_text"]:
        lines.append(t("coach.answer.body_hrv", language, hrv=body["hrv_text"]))
    if body["resting_hr_text"]:
        lines.append(t("coach.answer.body_resting", language, hr=body["resting_hr_text"]))
    words = [f for f in result["figures"] if f["definition_key"] in _BODY_WORDS and f["value"] is not None]
    lines += [t("coach.answer.body_status", language, name=f["name"], status=f["text"]) for f in words]
    return " ".join(lines)


def loads(found: Found, language: str) -> str:
    weeks = found["get_fitness"]["weeks"]
    this, before = weeks[-1], weeks[-2]
    if this["load"] is None and before["load"] is None:
        return t("coach.answer.no_load", language)
    return t(
        "coach.answer.loads",
        language,
        this_load=this["load_text"],
        last_load=before["load_text"],
        this_week=this["distance_text"],
        last_week=before["distance_text"],
    )


def easy_pace(found: Found, language: str) -> str:
    paces = {figure.get("of"): figure["text"] for figure in level(found, "training_pace")}
    if "E_fast" not in paces or "E_slow" not in paces:
        return t("coach.answer.no_index", language)
    return t("coach.answer.easy_pace", language, fast=paces["E_fast"], slow=paces["E_slow"])


def level(found: Found, key: str) -> list[Mapping[str, Any]]:
    return [
        figure
        for figure in found["get_fitness"]["level"]
        if figure["definition_key"] == key and figure["value"] is not None
    ]


def training_paces(found: Found, language: str) -> str:
    paces = level(found, "training_pace")
    if not paces:
        return t("coach.answer.no_index", language)
    lines = [f"- {_zone(figure.get('of', ''), language)}: {figure['text']}" for figure in paces]
    return "\n".join([t("coach.answer.paces", language), *lines])


def _zone(name: str, language: str) -> str:
    return t(f"coach.zone.{name}", language) if name in _ZONES else name


def predictions(found: Found, language: str) -> str:
    predictions = level(found, "race_prediction")
    if not predictions:
        return t("coach.answer.no_index", language)
    lines = [f"- {_race(figure.get('of', ''), language)}: {figure['text']}" for figure in predictions]
    return "\n".join([t("coach.answer.predictions", language), *lines])


def _race(distance: str, language: str) -> str:
    return t(f"coach.race.{distance}", language) if distance in _RACES else f"{distance} m"


def profile_answer(found: Found, language: str) -> str:
    result = found["get_profile"]
    profile = result["profile"]
    if profile is None:
        return t("coach.answer.no_profile", language)
    lines = [
        t(
            "coach.answer.profile",
            language,
            days=", ".join(profile["available_weekdays"]),
            long_run=profile["long_run_weekday"],
            method=profile["method"],
        )
    ]
    for goal in result["goals"]:
        if goal["race_date"]:
            lines.append(
                t(
                    "coach.answer.goal",
                    language,
                    day=goal["race_date_text"],
                    distance=goal["race_distance_text"],
                    time=goal["target_time_text"],
                )
            )
    return " ".join(lines)


_BODY_WORDS = ("sleep_status", "hrv_status", "readiness")
_ZONES = ("E_slow", "E_fast", "M", "T", "I", "R")
_RACES = ("5000", "10000", "21097", "42195")
