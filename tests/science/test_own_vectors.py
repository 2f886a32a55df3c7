"""Vectors of our own: every row of the published tables, every boundary, every unknown, through the command.

Their expected values were computed apart from the project, from the published formula or table in `source`.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from runcoach.cli import main
from runcoach.science.vectors import FUNCTIONS, check, evaluate

OWN = Path(__file__).with_name("vectors_own.json")
VECTORS = json.loads(OWN.read_text(encoding="utf-8"))["vectors"]
NOT_JSON_NUMBERS = [float("nan"), float("inf"), -float("inf"), 1e300]


def test_every_own_vector_passes_through_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["science", "check", str(OWN)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{len(VECTORS)} of {len(VECTORS)} passed"]


def test_every_function_has_vectors_each_with_its_source() -> None:
    counts = Counter(vector["function"] for vector in VECTORS)
    assert set(counts) == set(FUNCTIONS)
    assert min(counts.values()) >= 3
    assert all(vector["source"] for vector in VECTORS)
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS)


def test_a_changed_expectation_is_noticed_in_every_vector() -> None:
    wrong = [vector | {"expected": _another(vector)} for vector in VECTORS]
    report = evaluate({"vectors": wrong})
    assert (report.passed, len(report.failures)) == (0, len(VECTORS))


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        (
            {"function": "vdot_from_race", "inputs": {"distance_m": None, "km": 5}, "expected": None},
            "TypeError",
        ),
        ({"function": "fit_hr_raw", "inputs": {"value": 150, "unit": 3}, "expected": 250}, "AttributeError"),
        ({"function": "critical_speed_2p", "inputs": {"trials": [1, 2]}, "expected": None}, "IndexError"),
        (
            {"function": "critical_speed_2p", "inputs": {"trials": [{"t": 1}, {"t": 2}]}, "expected": None},
            "TypeError",
        ),
        ({"function": "rmssd", "inputs": {"rr": "812"}, "expected": None}, "ValueError"),
        (
            {
                "function": "trimp_runalyze",
                "inputs": {"hist": [[1, 2, 3]], "hr_rest": 1, "hr_max": 2},
                "expected": None,
            },
            "ValueError",
        ),
        (
            {"function": "vdot_from_race", "inputs": {"distance_m": "5000", "time_s": 1200}, "expected": 49},
            "TypeError",
        ),
        (
            {"function": "vdot_from_race", "inputs": [5000, 1200], "expected": 49},
            "no expected value or inputs",
        ),
        (
            {
                "function": "ramp_rate",
                "inputs": {"ctl_today": 2, "ctl_7_days_ago": 1},
                "expected": 1,
                "tolerance": "wide",
            },
            "no tolerance",
        ),
        (
            {
                "function": "ramp_rate",
                "inputs": {"ctl_today": 2, "ctl_7_days_ago": 1},
                "expected": 99,
                "tolerance": float("inf"),
            },
            "no tolerance",
        ),
        (
            {
                "function": "ramp_rate",
                "inputs": {"ctl_today": 2, "ctl_7_days_ago": 1},
                "expected": {"low": 1},
            },
            "found",
        ),
        ({"function": ["ramp_rate"], "inputs": {}, "expected": 1}, "no function"),
        ("ramp_rate", "no function"),
        (None, "no function"),
    ],
)
def test_a_malformed_vector_is_one_clear_line_and_a_failure(vector: object, said: str) -> None:
    failures, passed, total = check(json.dumps({"vectors": [vector]}))
    assert (passed, total, len(failures)) == (0, 1, 1)
    assert said in failures[0]
    assert "\n" not in failures[0]
    assert len(failures[0]) < 500


@pytest.mark.parametrize("text", ["[" * 100_000, "\ufeff[]", '{"vectors": {"a": 1}}', "null", "[[]"])
def test_text_that_is_no_vectors_file_fails_in_one_line(text: str) -> None:
    failures, passed, total = check(text)
    assert (passed, len(failures)) == (0, 1)


def test_null_is_unknown_where_it_is_needed_and_nothing_where_it_may_be_left_out() -> None:
    inputs = {"duration_min": 60, "hr": 150, "hr_rest": 50, "hr_max": 190}
    function = FUNCTIONS["trimp_banister"]
    vectors = [
        {"function": "trimp_banister", "inputs": {**inputs, "sex": None}, "expected": function(**inputs)},
        {"function": "trimp_banister", "inputs": {**inputs, "hr": None}, "expected": None},
    ]
    assert evaluate({"vectors": vectors}).passed == 2


@pytest.mark.parametrize("unknown", [None, *NOT_JSON_NUMBERS])
def test_an_unknown_number_alone_or_in_a_list_determines_no_value(unknown: float | None) -> None:
    for vector in VECTORS:
        for name, value in vector["inputs"].items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                spoiled = vector["inputs"] | {name: unknown}
            elif isinstance(value, list) and value and len(value) < 100:
                spoiled = vector["inputs"] | {name: [*value[:-1], _spoil(value[-1], unknown)]}
            else:
                continue
            assert FUNCTIONS[vector["function"]](**spoiled) is None, (vector["id"], name)


def _spoil(value: object, unknown: float | None) -> object:
    return [*value[:-1], unknown] if isinstance(value, list) else unknown


def _another(vector: dict[str, object]) -> object:
    expected, tolerance = vector["expected"], vector["tolerance"]
    assert isinstance(tolerance, (int, float))
    if expected is None:
        return 0
    if isinstance(expected, (int, float)):
        return expected + 2 * tolerance + 1e-6 * abs(expected) + 1e-9
    return expected + "." if isinstance(expected, str) else None
