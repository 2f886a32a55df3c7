"""What a hill costs: energy, graded speed, and the pace on the flat that would have been as hard.

Grade is a fraction (0.10 = 10 %). Factors say: equivalent flat speed = factor × speed.
"""

import numpy as np
from numpy.typing import NDArray

from runcoach.science.known import determined
from runcoach.science.rolling import rolling_mean
from runcoach.science.units import pace_to_mps

type Array = NDArray[np.float64]

MINETTI_LIMIT = 0.45
"""Grades beyond were not measured; they count as the limit."""

MINETTI_RUN = (155.4, -30.4, -43.3, 46.3, 19.5, 3.6)
MINETTI_WALK = (280.5, -58.7, -76.8, 51.9, 19.6, 2.5)
RUNALYZE_EXPONENT = 0.83

ELEVATE_POLYNOMIAL = (
    -2.6628107325930747e-9,
    -3.686186584867523e-7,
    4.0662425671715924e-7,
    0.0018083953212790634,
    0.029290920646623777,
    1.0,
)
"""Elevate's fit to Strava's curve, in percent."""

_KNOTS = (-30, -25, -20, -15, -10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10, 15, 20, 25, 30)
_STRAVA = (
    1.495, 1.273, 1.081, 0.941, 0.876, 0.876, 0.891, 0.918, 0.960, 1.0,
    1.055, 1.135, 1.228, 1.337, 1.459, 1.846, 2.297, 2.727, 3.158,
)  # fmt: skip
_TP_NGP = (
    1.280, 1.067, 0.921, 0.857, 0.856, 0.870, 0.897, 0.941, 1.0,
    1.074, 1.162, 1.266, 1.383, 1.514, 1.905, 2.365, 2.874, 3.429,
)  # fmt: skip

STRAVA_GRADES: Array = np.array((-45, *_KNOTS, 45), dtype=np.float64) / 100
STRAVA_FACTORS: Array = np.array((2.096, *_STRAVA, 4.286))
TP_GRADES: Array = np.array(_KNOTS[1:], dtype=np.float64) / 100
TP_FACTORS: Array = np.array(_TP_NGP)

MODELS = ("strava", "tp_ngp", "minetti", "runalyze", "elevate")

NGP_WINDOW_S = 30


@determined
def minetti_run(i: float) -> float:
    """Energy cost of running [J/kg/m]: 155.4i⁵ − 30.4i⁴ − 43.3i³ + 46.3i² + 19.5i + 3.6, |i| ≤ 0.45.

    3.6 on the flat, 6 % over the measured 3.40: use the ratio to C(0). Minetti 2002,
    10.1152/japplphysiol.01177.2001. None for a grade that is not known.
    """
    return float(np.polyval(MINETTI_RUN, _within(i)))


@determined
def minetti_walk(i: float) -> float:
    """Energy cost of walking [J/kg/m]: 280.5i⁵ − 58.7i⁴ − 76.8i³ + 51.9i² + 19.6i + 2.5, |i| ≤ 0.45.

    2.5 on the flat, 52 % over the measured 1.64: trust it on steep ground only. Minetti 2002. None for a
    grade that is not known.
    """
    return float(np.polyval(MINETTI_WALK, _within(i)))


@determined
def gap_factor(grade: float, model: str = "strava") -> float:
    """Equivalent flat speed over actual speed.

    "strava": heart-rate based table of 2017, ±45 %; "tp_ngp": TrainingPeaks' table, −25…+30 %; both linear
    between knots and held beyond. "minetti": C(i)/C(0). "runalyze": that to the power 0.83. "elevate": a
    polynomial near Strava's, ±30 %. None for a grade that is not known; ValueError for another model.
    """
    return float(gap_factors(np.array([grade]), model)[0])


def gap_factors(grades: Array, model: str = "strava") -> Array:
    """`gap_factor` of each grade; NaN stays NaN."""
    match model:
        case "strava":
            return np.interp(grades, STRAVA_GRADES, STRAVA_FACTORS)
        case "tp_ngp":
            return np.interp(grades, TP_GRADES, TP_FACTORS)
        case "minetti" | "runalyze":
            ratio = np.polyval(MINETTI_RUN, np.clip(grades, -MINETTI_LIMIT, MINETTI_LIMIT)) / MINETTI_RUN[-1]
            return np.asarray(ratio if model == "minetti" else ratio**RUNALYZE_EXPONENT)
        case "elevate":
            return np.asarray(np.polyval(ELEVATE_POLYNOMIAL, np.clip(grades * 100, -30, 30)))
    raise ValueError(f"unknown model: {model}")


@determined
def gap_pace(pace_s_per_km: float, grade: float, model: str = "strava") -> float | None:
    """Pace [s/km] on the flat that is as hard: pace / factor. None for pace ≤ 0.

    Models and their sources as in `gap_factor`.
    """
    factor = gap_factor(grade, model)
    if pace_to_mps(pace_s_per_km) is None or factor is None:
        return None
    return pace_s_per_km / factor


def normalized_speed(speed_1hz_m_s: Array, window_s: int = NGP_WINDOW_S) -> float | None:
    """Normalized (graded) speed [m/s]: 30 s means of 1 Hz speed, fourth-power mean. None under 30 s."""
    return fourth_power_mean(speed_1hz_m_s, window_s)


def fourth_power_mean(samples_1hz: Array, window_s: int) -> float | None:
    """(mean of the fourth powers of the trailing means)^¼, full windows only; None with fewer samples."""
    if len(samples_1hz) < window_s:
        return None
    means = rolling_mean(samples_1hz, window_s)
    squares = means * means
    return float(np.mean(squares * squares) ** 0.25)


def _within(i: float) -> float:
    return min(MINETTI_LIMIT, max(-MINETTI_LIMIT, i))
