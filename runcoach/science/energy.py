"""Energy availability and fuelling. A screening figure that leads to a person, never a diagnosis."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from runcoach.domain.figures import Figure, Reason, Scalar
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined

EA_BOUNDS, EA_CLASSES = (30.0, 45.0), ("low", "reduced", "adequate")
FEWEST_LOGGED_DAYS = 4
NET_KCAL_PER_KG_KM = 0.86
CARB_BOUNDS_H = (0.75, 1.25, 3.0)
CARB_G_PER_KG = ((3.0, 5.0), (5.0, 7.0), (6.0, 10.0), (8.0, 12.0))
PROTEIN_G_PER_KG = (1.2, 2.0)
FAT_SHARE, KCAL_PER_G_FAT = 0.20, 9.0
LOSS_PCT = 2.0
DURING_BOUNDS_MIN = (45.0, 75.0, 150.0)
DURING_G_PER_H = ((0.0, 0.0), (0.0, 30.0), (30.0, 60.0), (60.0, 90.0))


@determined
def energy_availability(intake_kcal: float, exercise_kcal: float, ffm_kg: float) -> float | None:
    """Energy left for the body [kcal/kg fat-free mass/day]: (intake − exercise)/FFM. IOC 2023,
    10.1136/bjsports-2023-106994. Exercise is what it costs beyond resting. Below 0
    where exercise took more than was eaten. None where FFM is not positive, or an energy is negative."""
    if ffm_kg <= 0 or intake_kcal < 0 or exercise_kcal < 0:
        return None
    return (intake_kcal - exercise_kcal) / ffm_kg


@determined
def ea_class(ea: float) -> str:
    """low under 30 kcal/kg/day, reduced under 45, adequate from 45. The bounds are debated.

    In kcal per kg of fat-free mass and day. None where it is not known. IOC 2018, 2023.
    """
    return EA_CLASSES[bisect_right(EA_BOUNDS, ea)]


@determined
def running_kcal(kg: float, km: float) -> float | None:
    """Net energy of running [kcal]: 0.86 kcal per kg and km. None for negative values."""
    return NET_KCAL_PER_KG_KM * kg * km if kg > 0 and km >= 0 else None


def energy_availability_figure(
    days: Sequence[tuple[float, float] | None], ffm_kg: float | None, as_of: date | None = None
) -> Figure:
    """Mean energy availability over seven days of (intake, exercise) kcal; None for a day without a food log.

    At least four logged days; food logs read 10–30 % low.
    """
    logged = [day for day in days if day is not None]
    if ffm_kg is None or ffm_kg <= 0:
        return missing("energy_availability", Reason.NO_FAT_FREE_MASS, as_of)
    if len(logged) < FEWEST_LOGGED_DAYS:
        return missing("energy_availability", Reason.TOO_FEW_LOGGED_DAYS, as_of, logged_days=len(logged))
    intake = sum(day[0] for day in logged) / len(logged)
    exercise = sum(day[1] for day in logged) / len(logged)
    value = energy_availability(intake, exercise, ffm_kg)
    return figure(
        "energy_availability",
        value,
        Reason.NO_FAT_FREE_MASS,
        as_of,
        intake_kcal=intake,
        exercise_kcal=exercise,
        ffm_kg=ffm_kg,
        logged_days=len(logged),
    )


@determined
def carbohydrate_g_per_day(kg: float, training_h: float) -> tuple[float, float] | None:
    """(low, high) carbohydrate [g/day] by training hours of the day: 3–5 g/kg under ¾ h, 5–7 about one hour,
    6–10 up to three, 8–12 beyond. ACSM/AND/DC 2016. None for weight ≤ 0 or negative hours."""
    if kg <= 0 or training_h < 0:
        return None
    low, high = CARB_G_PER_KG[bisect_right(CARB_BOUNDS_H, training_h)]
    return low * kg, high * kg


@determined
def protein_g_per_day(kg: float) -> tuple[float, float] | None:
    """(low, high) protein [g/day]: 1.2–2.0 g/kg. ACSM/AND/DC 2016. None for weight ≤ 0."""
    return (PROTEIN_G_PER_KG[0] * kg, PROTEIN_G_PER_KG[1] * kg) if kg > 0 else None


def macro_target_figures(
    kg: float | None, training_h: float, as_of: date | None = None
) -> tuple[Figure, Figure]:
    """Carbohydrate and protein of a day [g], the middle of each range; the range is in the inputs."""
    about: dict[str, Scalar | None] = {"weight_kg": kg, "training_h": training_h}
    ranges = (
        ("carbohydrate_target", carbohydrate_g_per_day(kg, training_h) if kg is not None else None),
        ("protein_target", protein_g_per_day(kg) if kg is not None else None),
    )
    carbohydrate, protein = (
        missing(key, Reason.NO_WEIGHT, as_of, **about)
        if span is None
        else figure(key, sum(span) / 2, Reason.NO_WEIGHT, as_of, low_g=span[0], high_g=span[1], **about)
        for key, span in ranges
    )
    return carbohydrate, protein


def is_energy_low(
    energy_7_days: float | None,
    weight_change_pct: float | None = None,
    has_menstrual_change: bool = False,
    has_performance_drop: bool = False,
    has_repeated_illness: bool = False,
) -> bool:
    """Reason for a gentle word and a professional, never a diagnosis: a week's mean under 30, and a sign.

    Signs: weight down by over 2 %, a change of the cycle or of performance, repeated illness or bone injury.
    IOC 2023. Without a known energy availability there is no flag.
    """
    if energy_7_days is None or ea_class(energy_7_days) != "low":
        return False
    is_losing = weight_change_pct is not None and weight_change_pct < -LOSS_PCT
    return is_losing or has_menstrual_change or has_performance_drop or has_repeated_illness


@determined
def fat_g_per_day(energy_kcal: float) -> float | None:
    """Least fat [g/day]: 20 % of the energy at 9 kcal/g. ACSM/AND/DC 2016. None for energy ≤ 0."""
    return FAT_SHARE * energy_kcal / KCAL_PER_G_FAT if energy_kcal > 0 else None


@determined
def carbohydrate_g_per_hour(duration_min: float) -> tuple[float, float] | None:
    """(low, high) carbohydrate [g/h] during a run: none under 45 min, a little up to 75, 30–60 up to 2½ h,
    60–90 beyond. ACSM 2016. None for negative durations."""
    return DURING_G_PER_H[bisect_right(DURING_BOUNDS_MIN, duration_min)] if duration_min >= 0 else None
