"""Charts as plotly figures; transparent, so that they fit a light and a dark page. Pace axes point up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from runcoach.i18n import formats
from ui.words import Json, Words

CTL, ATL, FRESH, TIRED, ACCENT = "#14958a", "#e07a4a", "#43a97c", "#e0a184", "#14958a"
TEXT, GRID = "#8795a1", "rgba(130,145,155,0.18)"
FONT = "Pretendard, -apple-system, Segoe UI, Apple SD Gothic Neo, Malgun Gothic, NanumGothic, sans-serif"
MEAN_WEEKS = 4
LEAST_LOAD = 5.0
LONGEST_GAP_DAYS = 3
KM = 1000.0

type Points = Sequence[tuple[str, float | None]]


def _layout(figure: Any, height: int) -> Any:
    figure.update_layout(
        height=height,
        margin={"l": 40, "r": 12, "t": 10, "b": 30},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 12, "color": TEXT},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "bgcolor": "rgba(0,0,0,0)"},
        hovermode="x unified",
        hoverlabel={"bgcolor": "#1c2930", "font": {"color": "#e6edf0"}, "bordercolor": "#26343c"},
        dragmode=False,
        bargap=0.25,
    )
    figure.update_xaxes(gridcolor=GRID, zeroline=False, fixedrange=True, showgrid=False, linecolor=GRID)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor="rgba(130,145,155,0.5)", fixedrange=True)
    return figure


def fitness(trends: Json, words: Words) -> Any:
    """Fitness and fatigue as lines, form as bars, the plan's projection dashed, settling days shaded."""
    load, ahead = trends["load"], trends.get("projection") or {}
    figure = go.Figure()
    form = _columns(load["tsb"]["points"])
    colours = [FRESH if (value or 0) >= 0 else TIRED for value in form[1]]
    figure.add_bar(
        x=form[0], y=form[1], marker={"color": colours, "line": {"width": 0}}, opacity=0.55,
        name=words.t("metric.tsb"), hovertemplate="%{y:.0f}",
    )  # fmt: skip
    for key, colour in (("ctl", CTL), ("atl", ATL)):
        days, values = _columns(load[key]["points"])
        figure.add_scatter(
            x=days, y=values, name=words.t(f"metric.{key}"), mode="lines",
            line={"color": colour, "width": 2.4 if key == "ctl" else 1.6}, hovertemplate="%{y:.0f}",
        )  # fmt: skip
        if key in ahead:
            days, values = _columns(ahead[key]["points"])
            name = words.t("ui.today.fitness.planned")
            figure.add_scatter(
                x=days, y=values, mode="lines", name=name, showlegend=key == "ctl",
                line={"color": colour, "width": 1.6, "dash": "dot"}, hovertemplate="%{y:.0f}",
            )  # fmt: skip
    settled = trends.get("warm_up_until")
    if settled and settled > trends["first"]:
        figure.add_vrect(
            x0=trends["first"], x1=min(settled, trends["last"]), fillcolor=TEXT, opacity=0.1, line_width=0,
            annotation_text=words.t("ui.today.fitness.settling"), annotation_position="top left",
        )  # fmt: skip
    _layout(figure, 300)
    if max((point or 0 for point in _columns(load["ctl"]["points"])[1]), default=0) < LEAST_LOAD:
        figure.update_yaxes(range=[-LEAST_LOAD, LEAST_LOAD])  # what decayed to nothing is drawn as nothing
    figure.update_xaxes(tickformat="%-m/%-d" if words.language == "ko" else "%-d %b", hoverformat="%Y-%m-%d")
    return figure


def volume(weeks: Sequence[Json], cap_m: float | None, words: Words) -> Any:
    """Distance per week, the mean of four weeks, and the cap of this week's plan."""
    scale = KM * (formats.KM_PER_MILE if words.units == "imperial" else 1.0)
    starts = [words.short_day(week["start"]) for week in weeks]
    values = [_scaled(week["distance"]["value"], scale) for week in weeks]
    unit = "mi" if words.units == "imperial" else "km"
    figure = go.Figure()
    figure.add_bar(
        x=starts, y=values, name=words.t("ui.today.volume.week"), hovertemplate=f"%{{y:.1f}} {unit}",
        marker={"color": [ACCENT] * (len(values) - 1) + ["rgba(20,149,138,0.5)"], "cornerradius": 4},
    )  # fmt: skip
    means = [_mean(values[max(0, n - MEAN_WEEKS + 1) : n + 1]) for n in range(len(values))]
    figure.add_scatter(
        x=starts, y=means, name=words.t("ui.today.volume.mean"), mode="lines",
        line={"color": ATL, "width": 2}, hovertemplate=f"%{{y:.1f}} {unit}",
    )  # fmt: skip
    if cap_m and starts:
        figure.add_scatter(
            x=starts[-2:], y=[cap_m / scale] * len(starts[-2:]), name=words.t("ui.today.volume.cap"),
            mode="lines", line={"color": TEXT, "width": 2, "dash": "dot"}, hovertemplate=f"%{{y:.1f}} {unit}",
        )  # fmt: skip
    _layout(figure, 250)
    figure.update_yaxes(rangemode="tozero", **({} if any(values) else {"range": [0, 10]}))
    figure.update_xaxes(type="category", nticks=7, tickangle=0)
    return figure


@dataclass(frozen=True)
class Lane:
    """One row of the stream chart."""

    channel: str
    label: str
    colour: str
    weight: float = 1.0


LANES = (
    Lane("speed_m_s", "ui.channel.pace", "#14958a", 1.5),
    Lane("heart_rate_bpm", "ui.channel.hr", "#d8504a", 1.3),
    Lane("altitude_m", "ui.channel.altitude", "#8795a1"),
    Lane("cadence_spm", "ui.channel.cadence", "#7c6bd1"),
    Lane("power_w", "ui.channel.power", "#d39a2d"),
)
SLOWEST_S_PER_KM, STANDING_M_S = 720.0, 0.6


def streams(samples: Json, words: Words) -> Any | None:
    """Channels above each other with one cursor through all of them; None where there is nothing."""
    channels = samples["channels"]
    lanes = [lane for lane in LANES if any(value is not None for value in channels.get(lane.channel, ()))]
    if not lanes:
        return None
    figure = make_subplots(
        rows=len(lanes), cols=1, shared_xaxes=True, vertical_spacing=0.035,
        row_heights=[lane.weight for lane in lanes],
    )  # fmt: skip
    minutes = [second / 60 for second in samples["time_s"]]
    clocks = [words.clock(second) for second in samples["time_s"]]
    for row, lane in enumerate(lanes, 1):
        raw = channels[lane.channel]
        values = [_pace(speed, words) for speed in raw] if lane.channel == "speed_m_s" else raw
        shown = [_shown(lane.channel, one) for one in values]
        figure.add_scatter(
            x=minutes, y=values, row=row, col=1, mode="lines", name=words.t(lane.label),
            line={"color": lane.colour, "width": 1.4}, customdata=list(zip(shown, clocks, strict=True)),
            hovertemplate="%{customdata[0]} · %{customdata[1]}", showlegend=False,
            fill="tozeroy" if lane.channel == "altitude_m" else None, fillcolor="rgba(135,149,161,0.18)",
        )  # fmt: skip
        figure.update_yaxes(
            title={"text": words.t(lane.label), "font": {"size": 11}}, row=row, col=1, nticks=4
        )
        if lane.channel == "speed_m_s":
            _pace_axis(figure, values, row)
        if lane.channel == "altitude_m":
            known = [value for value in raw if value is not None]
            margin = max(5.0, (max(known) - min(known)) * 0.2)
            figure.update_yaxes(range=[min(known) - margin, max(known) + margin], row=row, col=1)
    _layout(figure, 130 * len(lanes) + 40)
    figure.update_layout(hoversubplots="axis", margin={"l": 62, "r": 12, "t": 8, "b": 34})
    figure.update_xaxes(
        title={"text": words.t("ui.channel.minutes"), "font": {"size": 11}}, row=len(lanes), col=1
    )
    figure.update_xaxes(
        showspikes=True, spikemode="across", spikethickness=1, spikecolor=TEXT, spikedash="dot"
    )
    return figure


def _pace_axis(figure: Any, values: Sequence[float | None], row: int) -> None:
    """Faster is up; the ticks read m:ss."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return
    fast, slow = known[len(known) // 50], known[-1 - len(known) // 50]
    step = 30 if slow - fast < 180 else 60
    first = int(fast // step) * step
    ticks = list(range(first, int(slow) + step, step))[:12]
    figure.update_yaxes(
        range=[slow + step / 2, fast - step / 2], tickmode="array", tickvals=ticks,
        ticktext=[formats.clock(tick) for tick in ticks], row=row, col=1,
    )  # fmt: skip


def _pace(speed_m_s: float | None, words: Words) -> float | None:
    """Seconds per km or mile; standing is a gap."""
    if speed_m_s is None or speed_m_s < STANDING_M_S:
        return None
    pace = KM / speed_m_s
    return (
        None if pace > SLOWEST_S_PER_KM else pace * (formats.KM_PER_MILE if words.units == "imperial" else 1)
    )


def _shown(channel: str, value: float | None) -> str:
    if channel == "speed_m_s":
        return formats.clock(value)
    return formats.number(value, 0)


def _columns(points: Points) -> tuple[list[str], list[float | None]]:
    return [day for day, _ in points], [value for _, value in points]


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value / scale, 2)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value or 0.0 for value in values]
    return round(sum(known) / len(known), 2) if known else None


def spark(points: Points, *, width: int = 240, height: int = 44) -> Json | None:
    """Paths of a sparkline: each day, and the mean of seven; gaps stay open. None without two days."""
    known = [(date.fromisoformat(day).toordinal(), value) for day, value in points if value is not None]
    if len(known) < 2:
        return None
    means = [(at, _week_mean(known, at)) for at, _ in known]
    low, high = min(value for _, value in known), max(value for _, value in known)
    first, span = known[0][0], (known[-1][0] - known[0][0]) or 1

    def path(line: Sequence[tuple[int, float]]) -> str:
        parts, before = [], None
        for at, value in line:
            x = (at - first) / span * width
            y = height - 3 - (value - low) / ((high - low) or 1.0) * (height - 6)
            is_next = before is not None and at - before <= LONGEST_GAP_DAYS
            parts.append(f"{'L' if is_next else 'M'}{x:.1f} {y:.1f}")
            before = at
        return " ".join(parts)

    return {"daily": path(known), "mean": path(means), "width": width, "height": height}


def _week_mean(known: Sequence[tuple[int, float]], at: int) -> float:
    week = [value for day, value in known if at - 6 <= day <= at]
    return sum(week) / len(week)
