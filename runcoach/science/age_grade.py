"""Age grade: a time against the best for that age and sex."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from runcoach.domain.figures import Figure, Reason
from runcoach.science import age_standards
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined
from runcoach.science.prediction import Race

_LOG_OPEN_M, _LOG_FACTOR_M = np.log(age_standards.OPEN_M), np.log(age_standards.FACTOR_M)
_LOG_OPEN_S = {sex: np.log(times_s) for sex, times_s in age_standards.OPEN_S.items()}


@determined
def age_grade(age_standard_s: float, time_s: float) -> float | None:
    """Share of the age standard: standard/time, 1 = the standard. None where a time is not positive.

    Standards change with the table's year, which is stored beside the value. Times in one unit; WMA, USATF.
    No unit.
    """
    return age_standard_s / time_s if age_standard_s > 0 and time_s > 0 else None


@determined
def age_standard_s(age: float, sex: str, distance_m: float) -> float | None:
    """Road standard [s] for an age in whole years (rounded down) and a sex: open standard / age factor.

    `age_standards` of 2020 from 5 to 100 km, ages 5 to 100; between listed distances straight in the
    logarithms; beyond the marathon its factor holds. None outside, or where the sex is neither of the two:
    there is no other table.
    """
    years = int(age)
    is_listed = age_standards.YOUNGEST <= years <= age_standards.OLDEST and sex in age_standards.OPEN_S
    if not is_listed or not age_standards.OPEN_M[0] <= distance_m <= age_standards.OPEN_M[-1]:
        return None
    at = np.log(distance_m)
    open_s = np.exp(np.interp(at, _LOG_OPEN_M, _LOG_OPEN_S[sex]))
    factors = [row[years - age_standards.YOUNGEST] / 1e4 for row in age_standards.TEN_THOUSANDTHS[sex]]
    return float(open_s / np.interp(at, _LOG_FACTOR_M, factors))


def age_grade_figure(
    races: Sequence[Race], birth_year: int | None, sex: str, as_of: date, fresh_days: int = 365
) -> Figure:
    """The highest age grade among the races of a year before `as_of`.

    The age is the one that the runner reaches in the year of the race, since only the year of birth is known.
    """
    if birth_year is None or sex not in age_standards.OPEN_S:
        return missing("age_grade", Reason.NO_AGE_OR_SEX, as_of)
    graded = []
    for race in races:
        age = date.fromordinal(as_of.toordinal() - race.days_ago).year - birth_year
        standard_s = age_standard_s(age, sex, race.distance_m)
        grade = age_grade(standard_s, race.time_s) if standard_s is not None else None
        if grade is not None and standard_s is not None and 0 <= race.days_ago <= fresh_days:
            graded.append((grade, -race.days_ago, race, age, standard_s))
    if not graded:
        return missing("age_grade", Reason.NO_RACE, as_of)
    grade, _, race, age, standard_s = max(graded, key=lambda one: one[:2])
    return figure(
        "age_grade",
        grade,
        Reason.NO_RACE,
        as_of,
        distance_m=race.distance_m,
        time_s=race.time_s,
        days_ago=race.days_ago,
        age_years=age,
        sex=sex,
        age_standard_s=standard_s,
        standards_of=age_standards.YEAR,
    )
