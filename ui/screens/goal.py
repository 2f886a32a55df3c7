"""The race to train for and the days to run on: what the next proposal keeps to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import gradio as gr

from runcoach.i18n import formats
from ui.screens.visit import Screen, Visit, listen, or_problem
from ui.words import Json

NO_RACE = 0
RACES_M = (5_000, 10_000, 21_098, 42_195)
METHODS = ("daniels", "pfitzinger", "80_20", "koop", "pfaff")
WEEKDAYS = range(7)
NAMED_M = {21_098: 21_097}
"""Distances whose name in the catalogue is rounded the other way."""

KEPT = (
    "max_weekly_distance_m", "hr_max_bpm", "hr_rest_bpm", "threshold_hr_bpm", "birth_year", "sex",
    "injury_notes",
)  # fmt: skip


class GoalAndDays(Screen):
    """A part of the plan page."""

    name = "goal"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        weekdays = [(formats.weekday_name(day, self.words.language), day) for day in WEEKDAYS]
        races = [(self.t("ui.goal.no_race"), NO_RACE), *((self._race_name(m), m) for m in RACES_M)]
        methods = [(self.t(f"method.{method}"), method) for method in METHODS]
        with gr.Accordion(self.t("ui.goal.title"), open=False, elem_id="plan-goal"):
            with gr.Row():
                race = gr.Dropdown(
                    races, value=NO_RACE, label=self.t("ui.goal.race"), elem_id="goal-race", filterable=False
                )
                day = gr.Textbox(
                    label=self.t("ui.goal.day"), placeholder="2027-03-21", max_length=10, elem_id="goal-day"
                )
                time = gr.Textbox(
                    label=self.t("ui.goal.time"), placeholder="1:45:00", max_length=8, elem_id="goal-time"
                )
            days = gr.CheckboxGroup(weekdays, label=self.t("ui.goal.days"), elem_id="goal-days")
            with gr.Row():
                long_run = gr.Dropdown(
                    weekdays,
                    value=6,
                    label=self.t("ui.goal.long_run"),
                    elem_id="goal-long-run",
                    filterable=False,
                )
                quality = gr.Dropdown(
                    [("0", 0), ("1", 1), ("2", 2)], value=1, label=self.t("ui.goal.quality"),
                    elem_id="goal-quality", filterable=False,
                )  # fmt: skip
                method = gr.Dropdown(
                    methods, value=METHODS[0], label=self.t("ui.plan.method"), elem_id="goal-method",
                    filterable=False,
                )  # fmt: skip
            save = gr.Button(self.t("ui.goal.save"), elem_id="goal-save")
            message = gr.HTML(elem_id="goal-message", padding=False)
        fields = [race, day, time, days, long_run, quality, method]
        listen(blocks.load, self.load, outputs=[message, *fields])
        listen(save.click, self.save, inputs=fields, outputs=[message], concurrency_limit=5)

    def _race_name(self, distance_m: int) -> str:
        return self.t(f"coach.race.{NAMED_M.get(distance_m, distance_m)}")

    @or_problem(8)
    async def load(self, request: gr.Request) -> list[Any]:
        """What is kept, or the planner's own defaults."""
        visit = self.visit(request)
        profile, goals, summary = await visit.get_all("/users/profile", "/goals", "/dashboard/summary")
        goal = _next_race(goals, summary["today"]) or {}
        distance_m = goal.get("race_distance_m") or NO_RACE
        race: Any = distance_m
        if distance_m not in (NO_RACE, *RACES_M):  # a distance of her own stays choosable
            own = (self.words.distance(distance_m), distance_m)
            named = [(self._race_name(m), m) for m in RACES_M]
            race = gr.update(choices=[(self.t("ui.goal.no_race"), NO_RACE), *named, own], value=distance_m)
        target_s = goal.get("target_time_s")
        return [
            "",
            race,
            goal.get("race_date") or "",
            formats.clock(target_s) if target_s else "",
            profile["available_weekdays"],
            profile["long_run_weekday"],
            profile["quality_days_per_week"],
            profile["method"],
        ]

    @or_problem(1)
    async def save(
        self, race: int, day: str, time: str, days: list[int], long_run: int, quality: int, method: str,
        request: gr.Request,
    ) -> list[Any]:  # fmt: skip
        """Checks what was typed, keeps it, and asks for a proposal that fits; no plan changes by this."""
        visit = self.visit(request)
        profile, goals, summary = await visit.get_all("/users/profile", "/goals", "/dashboard/summary")
        if race != NO_RACE and not _is_coming(day.strip(), summary["today"]):
            return [self.notice(self.t("ui.goal.day_wrong"), "warn")]
        if wrong := _what_is_wrong(time, days, long_run):
            return [self.notice(self.t(wrong), "warn")]
        wanted = {
            "available_weekdays": sorted(days),
            "long_run_weekday": long_run,
            "quality_days_per_week": quality,
            "method": method,
        }
        known = _next_race(goals, summary["today"])
        await visit.put("/users/profile", {name: profile[name] for name in KEPT} | wanted)
        await self._save_race(visit, known, race, day.strip(), seconds_of(time))
        is_other_goal = method != profile["method"] or _race(known) != (race, day.strip(), seconds_of(time))
        if not is_other_goal and all(profile[name] == value for name, value in wanted.items()):
            return [self.notice(self.t("ui.goal.same"))]
        cause = "goal_change" if is_other_goal else "requested"
        await visit.post("/plans/generate", {"cause": cause})
        return [self.notice(self.t("ui.goal.saved"), "good")]

    async def _save_race(
        self, visit: Visit, known: Json | None, race: int, day: str, target_s: int | None
    ) -> None:
        if race == NO_RACE:
            if known:
                await visit.put(f"/goals/{known['id']}", _body(known) | {"status": "dropped"})
            return
        title = known["title"] if known else self.words.distance(race)
        body = {
            "kind": "race", "title": title, "race_date": day, "race_distance_m": race,
            "target_time_s": target_s, "status": "active",
        }  # fmt: skip
        if known and _is_other_race(known, race):
            await visit.put(f"/goals/{known['id']}", _body(known) | {"status": "dropped"})
            known, body["title"] = None, self.words.distance(race)
        await (visit.put(f"/goals/{known['id']}", body) if known else visit.post("/goals", body))


def _what_is_wrong(time: str, days: list[int], long_run: int) -> str | None:
    if not days:
        return "ui.goal.days_missing"
    if long_run not in days:
        return "ui.goal.long_run_off"
    return "ui.goal.time_wrong" if time.strip() and seconds_of(time) is None else None


def _race(goal: Json | None) -> tuple[int, str, int | None]:
    """As the fields of the form have it."""
    if goal is None:
        return NO_RACE, "", None
    return int(goal["race_distance_m"]), str(goal["race_date"]), goal["target_time_s"]


def _body(goal: Json) -> dict[str, Any]:
    names = ("kind", "title", "race_date", "race_distance_m", "target_time_s", "status")
    return {name: goal[name] for name in names}


def _is_other_race(known: Json, distance_m: int) -> bool:
    """Another distance is another race; another day may be the same one, moved."""
    return bool(known["race_distance_m"] != distance_m)


def _next_race(goals: Json, today: str) -> Mapping[str, Any] | None:
    """The one that the planner leads up to."""
    coming = [
        goal
        for goal in goals["items"]
        if goal["status"] == "active" and goal["race_date"] and _is_coming(goal["race_date"], today)
    ]
    return min(coming, key=lambda goal: str(goal["race_date"]), default=None)


def _is_coming(text: str, today: str) -> bool:
    """A day of the calendar, written as 2027-03-21, that is not over."""
    try:
        return date.fromisoformat(text) >= date.fromisoformat(today)
    except ValueError:
        return False


def seconds_of(text: str) -> int | None:
    """`1:45:00` and `45:00` as seconds; None where it is no such time."""
    parts = text.strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdigit() and len(part) <= 2 for part in parts):
        return None
    if any(int(part) > 59 for part in parts[1:]):
        return None
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total or None
