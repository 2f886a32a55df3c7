"""Reads that several screens share, so that a figure is the same on all of them."""

from collections.abc import Sequence
from datetime import date, timedelta

from api.schemas.common import FigureOut
from api.schemas.fitness import PeriodOut
from api.views.fitness import Span, figures_out, period_out, spans, stored_figure
from runcoach.domain.activity import DailyWellness
from runcoach.domain.figures import Reason
from runcoach.ports.storage import Period, UnitOfWork
from runcoach.science.definitions import missing
from runcoach.science.today import REMEMBERED_DAYS, WELLNESS_DAYS, today_figures

BEGINNING = timedelta(days=366 * 60)


async def recent_body(work: UnitOfWork, today: date) -> list[DailyWellness]:
    """The days that today's figures of the body look at."""
    return await work.wellness.between(today - timedelta(days=WELLNESS_DAYS - 1), today)


async def current_figures(
    work: UnitOfWork, body: Sequence[DailyWellness], today: date
) -> dict[str, FigureOut]:
    """The stored level (race index, paces, predictions) with today's load and body on top."""
    stored = await work.metrics.profile()
    daily = await work.metrics.daily(today - timedelta(days=REMEMBERED_DAYS), today)
    level = {"race_index": FigureOut.of(missing("race_index", Reason.NO_RUNS, today))}
    level |= {key: stored_figure(values) for key, values in stored[1].items()} if stored else {}
    return level | figures_out(today_figures([(row.day, row.load) for row in daily], body, today))


async def periods_of(work: UnitOfWork, period: Period, first: date, last: date) -> list[PeriodOut]:
    """Sums of each period that touches [first, last], also of those in which nothing was done."""
    totals = {one.first_day: one for one in await work.overview.totals(period, first, last)}
    return [
        period_out(span, [totals[span.start]] if span.start in totals else [])
        for span in spans(period, first, last)
    ]


async def lifetime(work: UnitOfWork, today: date) -> list[PeriodOut]:
    """One period from the first activity to today; none without activities."""
    first = await work.activities.first_day()
    if first is None:
        return []
    return [period_out(Span(first, today), await work.overview.totals(Period.YEAR, first, today))]
