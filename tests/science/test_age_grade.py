"""Age standards by table and between its lines, and the figure made of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.figures import Reason
from runcoach.science import age_standards
from runcoach.science.age_grade import age_grade, age_grade_figure, age_standard_s
from runcoach.science.prediction import Race

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("age", "sex", "distance_m", "open_s", "factor"),
    [  # MaleRoadStd2020.csv, FemaleRoadStd2020.csv
        (30, "male", 5000, 771, 0.9999),
        (54, "male", 10_000, 1584, 0.8586),
        (60, "male", 21_097.5, 3481, 0.8144),
        (82, "male", 42_195, 7299, 0.5937),
        (5, "male", 10_000, 1584, 0.6080),
        (100, "male", 5000, 771, 0.2062),
        (45, "female", 5000, 884, 0.9398),
        (35, "female", 10_000, 1783, 0.9857),
        (71, "female", 21_097.5, 3871, 0.6651),
        (99, "female", 42_195, 8044, 0.0952),
        (40, "female", 100_000, 23_591, 0.9762),
    ],
)
def test_the_standard_is_the_open_one_over_the_factor(
    age: int, sex: str, distance_m: float, open_s: float, factor: float
) -> None:
    assert age_standard_s(age, sex, distance_m) == pytest.approx(open_s / factor)


@pytest.mark.parametrize(
    ("age", "sex", "distance_m", "open_s", "factor"),
    [  # distances whose factors the tables list and we interpolate
        (54, "male", 8000, 1257, 0.8561),
        (54, "male", 15_000, 2436, 0.8599),
        (60, "male", 20_000, 3298, 0.8144),
        (65, "female", 12_000, 2160, 0.7317),
        (65, "female", 30_000, 5625, 0.7242),
        (45, "female", 25_000, 4640, 0.9338),
    ],
)
def test_between_the_fitted_distances_factors_agree_with_the_printed_ones(
    age: int, sex: str, distance_m: float, open_s: float, factor: float
) -> None:
    assert age_standard_s(age, sex, distance_m) == pytest.approx(open_s / factor, rel=5e-4)


@given(
    st.floats(5000, 100_000), st.floats(1.0, 1.2), st.integers(5, 100), st.sampled_from(["male", "female"])
)
def test_longer_never_takes_the_standard_less_time(
    distance_m: float, longer: float, age: int, sex: str
) -> None:
    short, far = (age_standard_s(age, sex, metres) for metres in (distance_m, distance_m * longer))
    assert short is not None
    assert far is None or far >= short


@given(st.integers(35, 99), st.sampled_from(["male", "female"]), st.floats(5000, 42_195))
def test_masters_standards_rise_with_every_year(age: int, sex: str, distance_m: float) -> None:
    younger, older = (age_standard_s(years, sex, distance_m) for years in (age, age + 1))
    assert younger is not None
    assert older is not None
    assert older > younger


def test_every_table_has_a_factor_for_every_age() -> None:
    for sex, rows in age_standards.TEN_THOUSANDTHS.items():
        assert len(age_standards.OPEN_S[sex]) == len(age_standards.OPEN_M)
        assert len(rows) == len(age_standards.FACTOR_M)
        for row in rows:
            assert len(row) == age_standards.OLDEST - age_standards.YOUNGEST + 1
            assert max(row) == 10_000
            bends = [
                after - 2 * at + before for before, at, after in zip(row, row[1:], row[2:], strict=False)
            ]
            assert max(bends) <= 5  # factors curve downwards but for rounding: a misread digit would not
            assert min(bends) >= -80


@pytest.mark.parametrize(
    ("age", "sex", "distance_m"),
    [(4, "male", 5000), (101, "male", 5000), (40, "unknown", 5000), (40, "female", 1500), (40, "male", 2e5),
     (None, "male", 5000), (float("nan"), "male", 5000)],
)  # fmt: skip
def test_outside_the_tables_there_is_no_standard(age: float, sex: str, distance_m: float) -> None:
    assert age_standard_s(age, sex, distance_m) is None


def test_the_figure_takes_the_best_race_of_a_year_and_names_its_table() -> None:
    races = [Race(10_000, 2545, 30), Race(5000, 1500, 60), Race(42_195, 9000, 400)]
    found = age_grade_figure(races, 1972, "male", DAY)
    standard_s = age_standard_s(54, "male", 10_000)
    assert standard_s is not None
    assert found.number == age_grade(standard_s, 2545)
    assert found.inputs["age_years"] == 54
    assert found.inputs["standards_of"] == 2020
    assert found.as_of == DAY
    assert age_grade_figure(list(reversed(races)), 1972, "male", DAY) == found


def test_without_age_sex_or_race_the_figure_says_so() -> None:
    race = Race(10_000, 2545, 30)
    assert age_grade_figure([race], None, "male", DAY).reason is Reason.NO_AGE_OR_SEX
    assert age_grade_figure([race], 1972, "unknown", DAY).reason is Reason.NO_AGE_OR_SEX
    assert age_grade_figure([], 1972, "male", DAY).reason is Reason.NO_RACE
    assert age_grade_figure([Race(3000, 700, 30)], 1972, "male", DAY).reason is Reason.NO_RACE


def test_the_age_is_that_of_the_race_not_of_today() -> None:
    found = age_grade_figure([Race(10_000, 2545, 90)], 1972, "male", DAY)
    assert found.inputs["age_years"] == 53
