"""One activity: its figures, its streams under one cursor, laps and zones."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import gradio as gr

from ui import charts
from ui.screens.visit import SKELETON, Screen, listen, or_problem
from ui.words import Json, Words

POINTS = 900
FIGURES = (
    "load", "intensity_factor", "trimp", "grade_adjusted_pace", "efficiency_factor", "decoupling",
    "effective_vo2max", "average_cadence", "average_power", "elevation_gain", "step_length", "ground_contact",
    "vertical_ratio", "running_effectiveness",
)  # fmt: skip
DECIMALS = {
    "intensity_factor": 2, "efficiency_factor": 2, "decoupling": 1, "effective_vo2max": 1,
    "vertical_ratio": 1, "step_length": 2, "running_effectiveness": 2,
}  # fmt: skip
UNITS = {
    "ml/kg/min": "ml/kg/min",
    "spm": "spm",
    "W": "W",
    "m": "m",
    "mm": "mm",
    "ms": "ms",
    "%": "%",
    "bpm": "bpm",
}
ZONES_SHOWN = "hr_max"


class Activity(Screen):
    """Reached from lists; the address names the activity."""

    name = "activity"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        self.frame()
        header = gr.HTML(SKELETON, elem_id="activity-header", padding=False)
        with gr.Column(elem_classes="card", elem_id="activity-streams", visible=False) as card:
            gr.HTML(f'<div class="card-head"><h2>{self.t("ui.activity.streams")}</h2></div>', padding=False)
            streams = gr.Plot(show_label=False, container=False)
        tables = gr.HTML(elem_id="activity-tables", padding=False)
        listen(blocks.load, self.load, outputs=[header, card, streams, tables])

    @or_problem(4)
    async def load(self, request: gr.Request) -> list[Any]:
        """Everything of one activity."""
        visit = self.visit(request)
        asked = _id_of(visit.query.get("id"))
        if asked is None:
            return [visit.render("activity_none.html"), gr.skip(), gr.skip(), ""]
        wanted = ",".join(lane.channel for lane in charts.LANES)
        activity, samples = await asyncio.gather(
            visit.get(f"/activities/{asked}"),
            visit.get(f"/activities/{asked}/samples", points=POINTS, channels=wanted),
        )
        words = visit.words
        figure = charts.streams(samples, words)
        figures = [
            (key, activity["figures"][key], shown_figure(activity["figures"][key], key, words))
            for key in FIGURES
            if key in activity["figures"] and activity["figures"][key]["value"] is not None
        ]
        return [
            visit.render(
                "activity_header.html",
                a=activity,
                figures=figures,
                start=words.moment(activity["start_time"]),
            ),
            gr.update(visible=figure is not None),
            figure if figure is not None else gr.skip(),
            visit.render(
                "activity_tables.html",
                a=activity,
                laps=lap_rows(activity["laps"]),
                zones=zone_rows(activity["zones"]),
            ),
        ]


def shown_figure(figure: Json, key: str, words: Words) -> str:
    """A figure in its unit as runners read it."""
    value, unit = figure["value"], figure["unit"]
    if not isinstance(value, int | float) or isinstance(value, bool):
        return words.number(None)
    if unit == "s/km":
        return words.pace(value)
    return words.number(value, DECIMALS.get(key, 0), UNITS.get(unit, ""))


def lap_rows(laps: Sequence[Json]) -> list[Json]:
    """Laps with a bar as long as they are fast."""
    paces = [lap["pace_s_per_km"] for lap in laps if lap["pace_s_per_km"]]
    fastest = min(paces, default=0)
    mean = sum(paces) / len(paces) if paces else 0
    return [
        {
            "lap": lap,
            "share": _bar(fastest / lap["pace_s_per_km"]) if lap["pace_s_per_km"] else 0,
            "is_fast": bool(lap["pace_s_per_km"]) and lap["pace_s_per_km"] < mean * 0.93,
        }
        for lap in laps
    ]


def _bar(speed_share: float) -> int:
    """The fastest lap is full; half its speed is almost nothing, so that differences can be seen."""
    return round(max(0.04, (speed_share - 0.5) * 2) * 100)


def zone_rows(zones: Sequence[Json]) -> list[Json]:
    """Seconds and share per heart rate zone; none where nothing was counted."""
    system = next((one for one in zones if one["system"] == ZONES_SHOWN), None)
    five = system or next((one for one in zones if len(one["seconds"]) == 5), None)
    total = sum(five["seconds"]) if five else 0
    if not five or not total:
        return []
    return [{"seconds": seconds, "share": seconds / total} for seconds in five["seconds"]]


def _id_of(value: object) -> str | None:
    try:
        return str(UUID(str(value)))
    except ValueError:
        return None
