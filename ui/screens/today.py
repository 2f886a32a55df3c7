"""Today: how ready, what to run and why, the week, and what the body and the fitness say."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import gradio as gr

from ui import charts
from ui.screens.visit import SKELETON, Screen, Visit, listen, or_problem
from ui.words import Json, Words

REFRESH_S = 10
HERO_FIGURES = ("ctl", "atl", "tsb", "race_index")
BODY = (("hrv_rmssd_ms", "ms"), ("resting_hr_bpm", "bpm"), ("sleep_s", ""))
RING_FULL = {"green": 1.0, "amber": 0.6, "red": 0.25}
RING_COLOURS = {"green": "var(--good)", "amber": "var(--warn)", "red": "var(--bad)"}
READY_PARTS = ("hrv_week", "hrv_today", "resting_hr", "sleep", "form", "wellbeing", "illness", "pain")


class Today(Screen):
    """The first page."""

    name = "today"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        self.frame()
        top = gr.HTML(SKELETON, elem_id="today-top", padding=False)
        with gr.Column(elem_classes="card", elem_id="today-fitness", visible=False) as fitness_card:
            fitness_head = gr.HTML(padding=False)
            fitness = gr.Plot(show_label=False, container=False)
        with gr.Row(visible=False) as lower:
            with gr.Column(elem_classes="card", elem_id="today-volume", min_width=320):
                volume_head = gr.HTML(padding=False)
                volume = gr.Plot(show_label=False, container=False)
            with gr.Column(elem_classes="card", elem_id="today-body", min_width=320):
                body = gr.HTML(padding=False)
        bottom = gr.HTML(elem_id="today-bottom", padding=False)
        shown = gr.State("")
        outputs = [top, bottom, fitness_card, lower, fitness_head, fitness, volume_head, volume, body, shown]
        listen(blocks.load, self.load, outputs=outputs)
        listen(gr.Timer(REFRESH_S).tick, self.refresh, inputs=[shown], outputs=outputs)

    @or_problem(10)
    async def load(self, request: gr.Request) -> list[Any]:
        """Everything, once."""
        visit = self.visit(request)
        return await self._everything(visit, await visit.get("/dashboard/summary"))

    @or_problem(10)
    async def refresh(self, shown: str, request: gr.Request) -> list[Any]:
        """Everything again, where the summary has changed: history arrives while the page is open."""
        visit = self.visit(request)
        summary = await visit.get("/dashboard/summary")
        if _fingerprint(summary) == shown:
            return [gr.skip()] * 10
        return await self._everything(visit, summary)

    async def _everything(self, visit: Visit, summary: Json) -> list[Any]:
        trends, plan = await asyncio.gather(
            visit.get("/dashboard/trends", days=90), visit.get("/plans/two-months")
        )
        words = visit.words
        has_history = bool(summary["activities"])
        charts_of: list[Any] = [gr.skip()] * 5
        if has_history:
            charts_of = [
                visit.render("today_fitness.html", trends=trends, ending=_ending(trends)),
                charts.fitness(trends, words),
                visit.render("today_volume.html", weeks=trends["weeks"][-1:]),
                charts.volume(trends["weeks"], cap_this_week(plan, summary["today"]), words),
                visit.render("today_body.html", sparks=body_lines(trends, words)),
            ]
        return [
            *self._texts(visit, summary),
            gr.update(visible=has_history),
            gr.update(visible=has_history),
            *charts_of,
            _fingerprint(summary),
        ]

    def _texts(self, visit: Visit, summary: Json) -> list[str]:
        words = visit.words
        figures = summary["figures"]
        values = {
            "s": summary,
            "readiness": readiness(figures.get("readiness"), words),
            "figures": [
                (key, figures.get(key), *hero_value(key, figures.get(key), words)) for key in HERO_FIGURES
            ],
            "week": week_bars(summary, words),
        }
        return [visit.render("today_top.html", **values), visit.render("today_bottom.html", **values)]


def _fingerprint(summary: Json) -> str:
    return str(hash(json.dumps(summary, sort_keys=True)))


def hero_value(key: str, figure: Json | None, words: Words) -> tuple[str, str]:
    """The figure as it is read, and a word beside it."""
    value = figure["value"] if figure else None
    if key == "tsb":
        band = (figure or {}).get("inputs", {}).get("band")
        return words.signed(value), words.known(f"tsb_band.{band}", "") if band else ""
    if key == "race_index":
        source = (figure or {}).get("inputs", {}).get("source")
        return words.number(value, 1), words.known(f"index_source.{source}", "") if source else ""
    return words.number(value), ""


def readiness(figure: Json | None, words: Words) -> Json | None:
    """The ring, its word, and the parts it is made of."""
    if figure is None:
        return None
    value = figure["value"]
    inputs = figure["inputs"]
    parts = [
        (words.t(f"readiness.part.{name}"), words.signed(inputs[name]))
        for name in READY_PARTS
        if isinstance(inputs.get(name), int | float) and not isinstance(inputs.get(name), bool)
    ]
    return {
        "figure": figure,
        "word": words.known(f"readiness.{value}", "") if value else "",
        "share": RING_FULL.get(value, 0.0),
        "colour": RING_COLOURS.get(value, "var(--line)"),
        "parts": parts,
    }


def week_bars(summary: Json, words: Words) -> list[Json]:
    """Seven days, planned beside done, as shares of the longest."""
    longest = max(
        (max(day["planned_distance_m"] or 0, day["done_distance_m"] or 0) for day in summary["week"]),
        default=0,
    )
    return [
        {
            "day": day,
            "name": words.weekday(day["day"]),
            "is_today": day["day"] == summary["today"],
            "planned": round((day["planned_distance_m"] or 0) / longest * 100) if longest else 0,
            "done": round((day["done_distance_m"] or 0) / longest * 100) if longest else 0,
        }
        for day in summary["week"]
    ]


def cap_this_week(plan: Json, today: str) -> float | None:
    """The most that this week's plan allows."""
    monday = date.fromisoformat(today)
    monday -= timedelta(days=monday.weekday())
    weeks = (plan.get("plan") or {}).get("weeks") or []
    return next((week["cap_distance_m"] for week in weeks if week["monday"] == monday.isoformat()), None)


def body_lines(trends: Json, words: Words) -> list[Json]:
    """HRV, resting heart rate and sleep as sparklines with the last value and the usual one."""
    return [_body_line(key, unit, trends["body"].get(key), words) for key, unit in BODY]


def _body_line(key: str, unit: str, series: Json | None, words: Words) -> Json:
    points = series["points"] if series else []
    known = [value for _, value in points if value is not None]
    mean = sum(known) / len(known) if known else None

    def shown(value: float | None) -> str:
        return words.duration(value) if key == "sleep_s" else words.number(value, 0, unit)

    return {
        "key": key,
        "series": series,
        "spark": charts.spark(points),
        "last": shown(known[-1] if known else None),
        "last_day": next((day for day, value in reversed(points) if value is not None), None),
        "mean": shown(mean) if mean is not None else "",
    }


def _ending(trends: Json) -> Json:
    """The last values, for those who cannot see the chart."""
    return {key: (trends["load"][key]["points"] or [[None, None]])[-1][1] for key in ("ctl", "atl", "tsb")}
