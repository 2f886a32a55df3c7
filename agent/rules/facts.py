"""Answers to plain questions of fact, and what to say where the coach may not or cannot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from agent.rules.answers import Found, band, day_answer, level, training_paces
from runcoach.i18n import t

_BY_FORM = {"very_fresh": "go", "fresh": "go", "neutral": "go", "productive": "easy", "overload": "rest"}
_BY_READINESS = {"green": "go", "amber": "easy", "red": "rest"}
_CAREFUL_FIRST = ("rest", "easy", "go")


def totals(found: Found, language: str) -> str:
    """`지난주(11월 9일 (월) – 11월 15일 (일))에는 모두 46.6 km를 …`"""
    result = found["get_totals"]
    span = t(f"coach.span.{result['span']}", language)
    if not result["runs"]:
        return t("coach.answer.totals_none", language, span=span)
    return t(
        "coach.answer.totals" if result["is_over"] else "coach.answer.totals_so_far",
        language,
        span=span,
        first=result["first_text"],
        last=result["last_text"],
        distance=result["distance_text"],
        time=result["moving_text"],
        runs=result["runs"],
    )


def bests(found: Found, language: str) -> str:
    """One line per distance."""
    rows = found["get_best_efforts"]["bests"]
    if not rows:
        return t("coach.answer.no_bests", language)
    lines = [
        f"- {row['distance_name']}: {row['time_text']} ({row['pace_text']}), {row['date_text']}"
        for row in rows
    ]
    return "\n".join([t("coach.answer.bests", language), *lines])


def race(found: Found, language: str) -> str:
    """The next race and how long it is until then."""
    result = found["get_profile"]
    today = date.fromisoformat(result["today"])
    races = [goal for goal in result["goals"] if goal["race_date"] and goal["race_date"] >= result["today"]]
    if not races:
        return t("coach.answer.no_race", language)
    goal = min(races, key=lambda each: str(each["race_date"]))
    days = (date.fromisoformat(goal["race_date"]) - today).days
    when = t("coach.answer.race_today" if days == 0 else "coach.answer.race_in", language, days=days)
    head = t(
        "coach.answer.race",
        language,
        day=goal["race_date_text"],
        distance=goal["race_distance_text"],
        when=when,
    )
    if goal["target_time_s"]:
        return " ".join([head, t("coach.answer.race_target", language, time=goal["target_time_text"])])
    return head


def heart_rates(found: Found, language: str) -> str:
    """Maximum and threshold heart rate, and the zones of the maximum."""
    maximum, at_threshold = level(found, "hr_max_estimate"), level(found, "lthr_estimate")
    if not maximum and not at_threshold:
        return t("coach.answer.no_heart_rates", language)
    lines = [t("coach.answer.hr_max", language, hr=figure["text"]) for figure in maximum]
    lines += [t("coach.answer.lthr", language, hr=figure["text"]) for figure in at_threshold]
    zones = found["get_fitness"].get("heart_rate_zones") or []
    rows = [f"- Z{zone['zone']}: {zone['text']}" for zone in zones]
    return "\n".join([" ".join(lines), *([t("coach.answer.hr_zones", language), *rows] if rows else [])])


def threshold(found: Found, language: str) -> str:
    """Threshold pace, and threshold heart rate where it is known."""
    pace = next((f["text"] for f in level(found, "training_pace") if f.get("of") == "T"), None)
    if pace is None:
        return training_paces(found, language)
    lines = [t("coach.answer.threshold_pace", language, pace=pace)]
    lines += [t("coach.answer.lthr", language, hr=figure["text"]) for figure in level(found, "lthr_estimate")]
    return " ".join(lines)


def why_form(found: Found, language: str) -> str:
    """What fitness, fatigue and form are, with the runner's own."""
    figures: Mapping[str, Mapping[str, Any]] = {
        figure["definition_key"]: figure for figure in found["get_fitness"]["figures"]
    }
    if figures.get("tsb", {}).get("value") is None:
        return t("coach.answer.no_load", language)
    tsb = figures["tsb"]
    lines = [
        t("coach.answer.why_form", language),
        t(
            "coach.answer.fitness", language,
            ctl=figures["ctl"]["text"], atl=figures["atl"]["text"], tsb=tsb["text"],
        ),
        t(f"coach.answer.form.{band(float(tsb['value']))}", language),
    ]  # fmt: skip
    weeks = found["get_fitness"]["weeks"]
    if weeks[-1]["load"] is not None and weeks[-2]["load"] is not None:
        this_load, last_load = weeks[-1]["load_text"], weeks[-2]["load_text"]
        lines.append(t("coach.answer.week_loads", language, this_load=this_load, last_load=last_load))
    return " ".join(lines)


def may_run(found: Found, language: str, offset: int) -> str:
    """The decision first, by form and readiness; then what the plan has."""
    figures = {figure["definition_key"]: figure for figure in found["get_fitness"]["figures"]}
    tsb, ready = figures.get("tsb", {}), figures.get("readiness", {})
    lines = []
    if tsb.get("value") is not None:
        advices = (_BY_FORM[band(float(tsb["value"]))], _BY_READINESS.get(str(ready.get("value")), "go"))
        lines.append(t(f"coach.answer.may_run.{min(advices, key=_CAREFUL_FIRST.index)}", language))
        lines.append(t("coach.answer.may_run.because", language, tsb=tsb["text"]))
    if ready.get("value") is not None:
        lines.append(t("coach.answer.readiness", language, readiness=ready["text"]))
    return " ".join([*lines, day_answer(found, language, offset)])
