"""The published and computed vectors that the functions of the science room must reproduce."""

import json

import pytest

from runcoach.science.vectors import FUNCTIONS, check, evaluate, matches
from tests.shared_files import shared


def test_every_shared_vector_passes() -> None:
    failures, passed, total = check(shared("vectors/science.json").read_text(encoding="utf-8"))
    assert failures == []
    assert (passed, total) == (261, 261)


def test_every_function_of_the_file_is_in_the_table() -> None:
    content = json.loads(shared("vectors/science.json").read_text(encoding="utf-8"))
    assert {vector["function"] for vector in content["vectors"]} <= set(FUNCTIONS)


def test_where_print_and_formula_disagree_we_follow_the_formula() -> None:
    content = json.loads(shared("vectors/science.json").read_text(encoding="utf-8"))
    printed = {item["id"]: item for item in content["disagreements"]}
    found = {key: FUNCTIONS[item["function"]](**item["inputs"]) for key, item in printed.items()}
    assert found["fvdot2-42d"] == pytest.approx(0.9445)
    assert found["tss-90pct"] == pytest.approx(81)
    assert found["minetti-level"] == pytest.approx(3.6)
    assert found["gc-bestfit-strava-0"] == 1.0


def test_a_wrong_value_is_named_and_not_counted() -> None:
    report = evaluate(
        {
            "vectors": [
                {"id": "a", "function": "tss", "inputs": {"duration_s": 3600, "np_w": 80, "ftp_w": 100},
                 "expected": 64, "tolerance": 1e-9},
                {"id": "b", "function": "tss", "inputs": {"duration_s": 3600, "np_w": 80, "ftp_w": 100},
                 "expected": 65, "tolerance": 0.5},
            ]
        }
    )  # fmt: skip
    assert (report.passed, report.total) == (1, 2)
    assert report.failures[0].startswith("b (tss)")


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ({"id": "x", "function": "no_such", "inputs": {}, "expected": 1}, "unknown function"),
        ({"id": "x", "function": "tss", "inputs": {"hours": 1}, "expected": 1}, "TypeError"),
        ({"id": "x", "function": "tss", "inputs": {}}, "no expected value"),
        ({"id": "x"}, "no function"),
        ({"id": "x", "function": "hrmax", "inputs": {"age": 30, "formula": "guess"}, "expected": 1}, "guess"),
    ],
)
def test_a_vector_that_cannot_be_run_fails(vector: dict[str, object], said: str) -> None:
    report = evaluate({"vectors": [vector]})
    assert report.passed == 0
    assert said in report.failures[0]


def test_an_unknown_input_determines_no_value() -> None:
    vector = {"id": "x", "function": "hrmax", "inputs": {"age": None, "formula": "nes"}, "expected": None}
    assert evaluate({"vectors": [vector]}).passed == 1


@pytest.mark.parametrize("text", ["", "{", "3", "{}", '{"vectors": []}', "[]"])
def test_text_that_holds_no_vectors_never_passes(text: str) -> None:
    failures, passed, _ = check(text)
    assert failures
    assert passed == 0


@pytest.mark.parametrize(
    ("found", "expected", "tolerance", "same"),
    [
        (1.05, 1.0, 0.06, True),
        (1.07, 1.0, 0.06, False),
        ((1.0, 2.0), [1, 2], 0, True),
        ((1.0, 2.0), [1, 2, 3], 0, False),
        ("5a", "5a", 0, True),
        (5, "5", 0, False),
        (None, None, 0, True),
        (0.0, None, 1, False),
        (None, 0, 1, False),
        (float("nan"), 1.0, 9, False),
        (float("inf"), 1.0, 1e9, False),
    ],
)
def test_values_match_by_shape_and_tolerance(
    found: object, expected: object, tolerance: float, same: bool
) -> None:
    assert matches(found, expected, tolerance) is same
