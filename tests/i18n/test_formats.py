"""Formats: what a runner reads."""

from datetime import date

import pytest

from runcoach.i18n import formats
from runcoach.i18n.particles import with_particle


@pytest.mark.parametrize(
    ("pace_s", "text"), [(312, "5:12 /km"), (299.6, "5:00 /km"), (359.5, "6:00 /km"), (240.4, "4:00 /km")]
)
def test_pace_rounds_before_it_splits(pace_s: float, text: str) -> None:
    assert formats.pace(pace_s) == text


def test_pace_in_miles() -> None:
    assert formats.pace(300, "imperial") == "8:03 /mi"  # 300 × 1.609344 = 482.8 s


@pytest.mark.parametrize("value", [None, 0, -5, float("nan"), float("inf"), 2001])
def test_pace_that_says_nothing_is_a_dash(value: float | None) -> None:
    assert formats.pace(value) == "—"


def test_pace_range_is_one_pace_where_both_ends_round_to_it() -> None:
    assert formats.pace_range(305, 315) == "5:05–5:15 /km"
    assert formats.pace_range(305.1, 305.3) == "5:05 /km"
    assert formats.pace_range(None, 300) == "—"


def test_distance_and_weight_and_temperature_in_both_systems() -> None:
    assert formats.distance(8046.72) == "8.0 km"
    assert formats.distance(8046.72, "imperial") == "5.0 mi"
    assert formats.distance(1_234_567, digits=0) == "1,235 km"
    assert formats.weight(68.35) == "68.4 kg"
    assert formats.temperature(21) == "21 °C"
    assert formats.temperature(21, "imperial") == "70 °F"  # 21 × 1.8 + 32 = 69.8


def test_missing_is_a_dash_and_zero_is_zero() -> None:
    assert formats.distance(None) == formats.clock(None) == formats.day(None, "ko") == "—"
    assert formats.distance(0) == "0.0 km"


def test_clock_and_duration() -> None:
    assert formats.clock(2525) == "42:05"
    assert formats.clock(3599.6) == "1:00:00"
    assert formats.duration(3900, "ko") == "1시간 5분"
    assert formats.duration(3600, "en") == "1 h"
    assert formats.duration(3599, "en") == "1 h"
    assert formats.duration(45, "ko") == "45초"


def test_waiting_time_is_rounded_up() -> None:
    assert formats.rough_duration(61, "en") == "2 minutes"
    assert formats.rough_duration(0.2, "ko") == "1초"
    assert formats.rough_duration(86_400, "ko") == "1일"


def test_dates_in_both_languages() -> None:
    saturday = date(2026, 11, 21)
    assert formats.day(saturday, "ko") == "11월 21일 (토)"
    assert formats.day(saturday, "en") == "Sat 21 Nov"
    assert formats.day_with_year(saturday, "ko") == "2026년 11월 21일 (토)"


def test_week_starts_on_monday_and_holds_its_sunday() -> None:
    assert formats.week(date(2026, 11, 22), "en") == "Mon 16 Nov – Sun 22 Nov"


def test_signed_number_has_no_negative_zero() -> None:
    assert [formats.signed(value) for value in (4.6, -3.2, -0.4, 0.0)] == ["+5", "−3", "0", "0"]


@pytest.mark.parametrize(
    ("word", "pair", "text"),
    [
        ("Garmin", "을/를", "Garmin을"),
        ("Strava", "을/를", "Strava를"),
        ("계획", "이/가", "계획이"),
        ("코치", "이/가", "코치가"),
        ("서울", "으로/로", "서울로"),
        ("집", "으로/로", "집으로"),
        ("8", "으로/로", "8로"),
        ("3", "을/를", "3을"),
        ("2", "을/를", "2를"),
        ("10 km", "은/는", "10 km는"),
        ("3.1 %", "이에요/예요", "3.1 %예요"),
        ("48", "이에요/예요", "48이에요"),
        ("−4", "이에요/예요", "−4예요"),
        ("45.0", "이에요/예요", "45.0이에요"),
        ("롱런 (약 12 km, 1시간 5분)", "이에요/예요", "롱런 (약 12 km, 1시간 5분)이에요"),
        ("", "은/는", "는"),
    ],
)
def test_particle_follows_the_last_sound(word: str, pair: str, text: str) -> None:
    assert with_particle(word, pair) == text


def test_short_day_is_written_as_each_language_writes_it() -> None:
    assert formats.short_day(date(2026, 11, 3), "ko") == "11/3"
    assert formats.short_day(date(2026, 11, 3), "en") == "3 Nov"
    assert formats.short_day(None, "ko") == "—"
