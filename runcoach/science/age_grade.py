"""Age grade: a time against the best for that age and sex."""

from runcoach.science.known import determined


@determined
def age_grade(age_standard_s: float, time_s: float) -> float | None:
    """Share of the age standard: standard/time, 1 = the standard. None where a time is not positive.

    Standards change with the table's year, which is stored beside the value.
    """
    return age_standard_s / time_s if age_standard_s > 0 and time_s > 0 else None
