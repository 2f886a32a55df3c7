"""Finds the figures in a text, Korean or English: numbers with a unit, paces, times, named indices."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KM_PER_MILE = 1.609344
_NUM = r"[+\-−]?\d[\d,]*(?:\.\d+)?"
_RANGE = rf"(?P<a>{_NUM})(?:[^\S\n]*(?:–|-|~|∼|to|에서)[^\S\n]*(?P<b>{_NUM}))?"
_END = r"(?![A-Za-z/])"


@dataclass(frozen=True)
class Claim:
    """A figure in a text. `kind` is its dimension, `value` in SI, `slack` half of its last digit."""

    kind: str
    value: float
    slack: float
    text: str


@dataclass(frozen=True)
class _Unit:
    kind: str
    pattern: str
    factor: float = 1.0
    offset: float = 0.0


_UNITS = (
    _Unit("distance", rf"(?:km|킬로미터|킬로(?!그램|칼로리)|kilomet(?:er|re)s?|k){_END}", 1000.0),
    _Unit("distance", rf"(?:miles?|mi|마일){_END}", 1000.0 * KM_PER_MILE),
    _Unit("distance", rf"(?:m|미터|met(?:er|re)s?){_END}"),
    _Unit("hr", rf"(?:bpm|beats per minute){_END}"),
    _Unit("cadence", rf"(?:spm|steps per minute){_END}"),
    _Unit("power", rf"(?:W|watts?|와트){_END}"),
    _Unit("percent", r"(?:%|퍼센트|프로(?!그)|percent\b)"),
    _Unit("weight", rf"(?:kg|킬로그램){_END}"),
    _Unit("weight", rf"(?:lb|lbs|pounds?){_END}", 1 / 2.2046226218),
    _Unit("energy", rf"(?:kcal|calories|칼로리|킬로칼로리){_END}"),
    _Unit("temperature", r"(?:°\s?C|℃|도씨|degrees Celsius)"),
    _Unit("temperature", r"(?:°\s?F|℉|degrees Fahrenheit)", 5 / 9, -32.0),
    _Unit("milliseconds", rf"(?:ms|밀리초){_END}"),
)
_UNIT_CLAIMS = tuple(
    (unit, re.compile(rf"(?<![\d.,:]){_RANGE}\s?{unit.pattern}", re.I if unit.kind != "power" else 0))
    for unit in _UNITS
)
_RACE_NAME = re.compile(r"(?:5|10|15|50|100)K")
"""Names of races, not figures."""

_TIME_OF_DAY = r"(?<!오전 )(?<!오후 )(?<!새벽 )(?<!아침 )(?<!저녁 )"
_CLOCK = re.compile(
    rf"{_TIME_OF_DAY}(?<![\d:.,])(?:(\d{{1,2}}):)?(\d{{1,3}}):([0-5]\d)(?![\d:])(?!\s?[ap]\.?m)(\s?/\s?mi)?",
    re.I,
)
_PRIMES = re.compile(r"(?<!\d)(\d{1,2})['′]\s?([0-5]\d)(?:[\"″]|'')?")
_HOURS = re.compile(
    r"(?<![\d.,])(?:(\d{1,3})\s?(?:시간|h(?:ours?|r)?\b)\s?)?(\d{1,3})\s?(?:분(?!기|의)|min(?:utes?)?\b)"
    r"(?:\s?(\d{1,2})\s?(?:초|s(?:ec(?:onds?)?)?\b))?",
    re.I,
)
_HOURS_ONLY = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d+)?)\s?(?:시간|hours?\b|h\b)(?!\s?\d)", re.I)
_SECONDS = re.compile(r"(?<![\d.,분])(?<!분 )(\d{1,4})\s?(?:초|seconds?\b|sec\b)", re.I)
_INDICES = (
    ("ctl", r"CTL|체력|fitness"),
    ("atl", r"ATL|피로|fatigue"),
    ("tsb", r"TSB|컨디션|폼|\bform"),
    ("race_index", r"레이스 지수|race index"),
    ("load", r"훈련 부하|부하|training load|\bload"),
    ("monotony", r"단조로움|모노토니|monotony"),
)
_SPOKEN = (
    ("hr", r"심박수?|heart rate|\bHR"),
    ("cadence", r"케이던스|cadence"),
)
"""Often said without their unit; a number of one digit there is a zone."""

_NOT_INDEX = r"(?![\d:]|\s?[A-Za-z%/]|\s?(?:주|일|번|회|분|시간|개|월|킬로|미터))"
_INDEX_CLAIMS = tuple(
    (key, re.compile(rf"(?:{names})[^\d.!?\n+\-]{{0,16}}?(?P<a>{_NUM}){_NOT_INDEX}", re.I))
    for key, names in _INDICES
) + tuple(
    (key, re.compile(rf"(?:{names})[^\d.!?\n+\-]{{0,16}}?(?P<a>\d{{2,3}}){_NOT_INDEX}", re.I))
    for key, names in _SPOKEN
)
"""Figures without a unit are known by the name before them."""


def claims(text: str) -> tuple[Claim, ...]:
    """Every figure in the text. Dates, counts of days and weeks, and bare numbers are none."""
    return tuple(_all(text.replace("−", "-")))


def _all(text: str) -> Iterator[Claim]:
    yield from _clocks(text)
    yield from _worded_times(text)
    for unit, pattern in _UNIT_CLAIMS:
        for match in pattern.finditer(text):
            if _RACE_NAME.fullmatch(match.group(0)):
                continue
            for group in ("a", "b"):
                if match.group(group):
                    yield _claim(unit, match.group(group), match.group(0))
    for key, pattern in _INDEX_CLAIMS:
        for match in pattern.finditer(text):
            yield _claim(_Unit(key, ""), match.group("a"), match.group(0))


def _clocks(text: str) -> Iterator[Claim]:
    """`m:ss` and `h:mm:ss`: a pace or a time, told apart by what the tools gave."""
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = (int(part or 0) for part in match.group(1, 2, 3))
        total = hours * 3600 + minutes * 60 + seconds
        factor = 1 / KM_PER_MILE if match.group(4) else 1.0
        yield Claim("clock", total * factor, 0.75, match.group(0))
    for match in _PRIMES.finditer(text):
        yield Claim("clock", int(match.group(1)) * 60 + int(match.group(2)), 0.75, match.group(0))


def _worded_times(text: str) -> Iterator[Claim]:
    for match in _HOURS.finditer(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        slack = 0.75 if match.group(3) else 30.0
        yield Claim("clock", hours * 3600 + minutes * 60 + seconds, slack, match.group(0))
    for match in _HOURS_ONLY.finditer(text):
        value = match.group(1)
        yield Claim("clock", float(value) * 3600, 1800 * 10 ** -_decimals(value), match.group(0))
    for match in _SECONDS.finditer(text):
        yield Claim("clock", float(match.group(1)), 0.75, match.group(0))


def _claim(unit: _Unit, number: str, text: str) -> Claim:
    value = float(number.replace(",", ""))
    slack = 0.5 * 10 ** -_decimals(number) * unit.factor
    return Claim(unit.kind, (value + unit.offset) * unit.factor, slack * 1.001 + 1e-9, text.strip())


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])
