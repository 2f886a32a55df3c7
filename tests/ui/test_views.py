"""What screens compute before they show it."""

import re
from pathlib import Path

import pytest

import ui
from runcoach.i18n import LANGUAGES, has, t
from tests.ui import sample_answers as sample
from ui import charts
from ui.screens.activity import lap_rows, zone_rows
from ui.screens.data import strips
from ui.screens.today import body_lines, cap_this_week, hero_value, readiness, week_bars
from ui.templating import render
from ui.words import Words
from ui.workouts import bars

KO = Words("ko")
HOUSE = Path(ui.__file__).parent
KEY = re.compile(r"""["'](ui\.[a-z0-9_.]+[a-z0-9_])["']""")


def used_keys() -> set[str]:
    """Keys that stand in code and templates as they are."""
    files = [*HOUSE.rglob("*.py"), *HOUSE.rglob("*.html")]
    return {key for file in files for key in KEY.findall(file.read_text("utf-8"))}


def test_every_key_of_a_screen_is_in_both_catalogues() -> None:
    keys = used_keys()
    assert len(keys) > 120
    assert [key for key in sorted(keys) if not has(key)] == []


def test_every_job_and_phase_has_a_name() -> None:
    kinds = set()
    workflows = HOUSE.parent / "workflows"
    for file in workflows.glob("*.py"):
        kinds |= set(re.findall(r'^    kind = "(\w+)"', file.read_text("utf-8"), re.M))
    assert len(kinds) > 8
    assert [kind for kind in sorted(kinds) if not has(f"ui.job.{kind}")] == []


def test_page_has_no_address_of_another_host() -> None:
    for file in (*HOUSE.rglob("*.html"), *HOUSE.rglob("*.css"), *HOUSE.rglob("*.js")):
        assert not re.search(r"https?://", file.read_text("utf-8")), file.name


def test_missing_figure_is_a_dash_and_never_zero() -> None:
    assert hero_value("ctl", sample.a_figure("ctl", None), KO) == ("—", "")
    assert hero_value("tsb", None, KO) == ("—", "")


def test_form_has_its_sign_and_its_word() -> None:
    assert hero_value("tsb", sample.a_figure("tsb", -12.4, band="productive"), KO) == (
        "−12",
        KO.t("tsb_band.productive"),
    )


def test_readiness_shows_its_parts() -> None:
    found = readiness(sample.a_figure("readiness", "amber", score=0, hrv_week=-1, sleep=1), KO)
    assert found is not None
    assert found["word"] == KO.t("readiness.amber")
    assert [points for _, points in found["parts"]] == ["−1", "+1"]


def test_unknown_readiness_has_no_word_and_an_empty_ring() -> None:
    found = readiness(sample.a_figure("readiness", None), KO)
    assert found is not None
    assert (found["word"], found["share"]) == ("", 0.0)


def test_week_is_drawn_against_its_longest_day() -> None:
    found = week_bars(sample.summary("x", [], 0), KO)
    # planned 5 km, done 9.8 km: 5 / 9.8 = 51 %
    assert [(one["planned"], one["done"]) for one in found[:2]] == [(51, 0), (51, 100)]
    assert [one["name"] for one in found] == list("월화수목금토일")
    assert [one["is_today"] for one in found].index(True) == 5


def test_empty_week_divides_by_nothing() -> None:
    empty = sample.summary("x", [], 0)
    for day in empty["week"]:
        day.update(planned_distance_m=None, done_distance_m=None)
    assert {one["planned"] for one in week_bars(empty, KO)} == {0}


def test_cap_is_that_of_the_week_of_today() -> None:
    plan = {"plan": {"weeks": [{"monday": "2026-11-16", "cap_distance_m": 30000}]}}
    assert cap_this_week(plan, "2026-11-21") == 30000
    assert cap_this_week({"plan": None}, "2026-11-21") is None


def test_sparkline_leaves_a_long_gap_open() -> None:
    points = [("2026-11-01", 50.0), ("2026-11-02", 51.0), ("2026-11-10", 52.0), ("2026-11-11", 51.0)]
    found = charts.spark(points)
    assert found is not None
    assert found["daily"].count("M") == 2
    assert charts.spark([("2026-11-01", 50.0), ("2026-11-02", None)]) is None


def test_body_without_records_is_a_dash() -> None:
    lines = body_lines({"body": {}}, KO)
    assert [(one["last"], one["spark"]) for one in lines] == [("—", None)] * 2 + [("—", None)]


def test_pace_axis_points_up_for_fast_and_standing_is_a_gap() -> None:
    figure = charts.streams(sample.samples(), KO)
    assert figure is not None
    slow, fast = figure.layout.yaxis.range
    assert slow > fast
    assert figure.data[0].y[0] is None
    assert ":" in figure.layout.yaxis.ticktext[0]


def test_channel_without_values_has_no_lane() -> None:
    figure = charts.streams(sample.samples(), KO)
    assert figure is not None
    assert [trace.name for trace in figure.data] == [
        KO.t(f"ui.channel.{one}") for one in ("pace", "hr", "altitude")
    ]


def test_activity_without_channels_has_no_chart() -> None:
    assert charts.streams({"time_s": [], "channels": {}}, KO) is None


def test_warm_up_days_are_shaded() -> None:
    figure = charts.fitness(sample.trends(), KO)
    assert len(figure.layout.shapes) == 1


def test_weekly_chart_speaks_miles() -> None:
    figure = charts.volume(sample.trends()["weeks"], 30000.0, Words("en", "imperial"))
    # 30 km = 18.64 miles
    assert figure.data[0].y[0] == pytest.approx(18.64)
    assert len(figure.data) == 3


def test_repeats_are_unrolled_in_the_bar() -> None:
    parts = bars(sample.a_workout(sample.TODAY, "interval"))
    assert [part.kind for part in parts] == ["warmup", *["work", "recovery"] * 5, "cooldown"]
    # 2 km at (313 + 355) / 2 = 334 s/km
    assert parts[0].weight == 668


def test_lap_bars_tell_fast_from_slow() -> None:
    rows = lap_rows(sample.detail(sample.an_activity())["laps"])
    assert [row["is_fast"] for row in rows].index(True) == 4
    assert rows[4]["share"] == 100
    assert rows[0]["share"] < 70


def test_zones_share_their_time_and_none_is_none() -> None:
    rows = zone_rows([{"system": "hr_max", "seconds": [60.0, 30.0, 10.0, 0.0, 0.0]}])
    assert [row["share"] for row in rows] == [0.6, 0.3, 0.1, 0.0, 0.0]
    assert zone_rows([]) == []
    assert zone_rows([{"system": "hr_max", "seconds": [0.0] * 5}]) == []


def test_coverage_joins_neighbouring_days() -> None:
    (strip,) = strips(sample.coverage())
    assert [(one["at"], one["length"], one["state"]) for one in strip["pieces"]] == [
        (0, 5, "have"),
        (5, 1, "empty"),
        (6, 3, "have"),
        (9, 1, "failed"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_fall_back_for_what_they_do_not_know(language: str) -> None:
    words = Words(language, time_zone="Nowhere/Land")
    assert words.known("ui.job.unheard_of", "x") == "x"
    assert words.moment("2026-11-21T09:45:35Z") == "—"
    assert words.moment("not a time") == "—"
    assert words.day(None) == "—"
    assert t("app.name", language) == "RunCoach"


def test_moment_is_in_the_zone_of_the_runner() -> None:
    assert KO.moment("2026-11-21T16:30:00Z") == "11월 22일 (일) 01:30"


def test_old_run_has_its_year_and_a_recent_one_has_not() -> None:
    old = sample.an_activity() | {"local_date": "2013-02-06"}
    listed = render("data_activities.html", KO, items=[old])
    assert "2013년 2월 6일 (수)" in listed
    recent = sample.summary("run", [], 0)
    shown = render("today_bottom.html", KO, s=recent)
    assert recent["today"][:4] not in shown
