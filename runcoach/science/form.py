"""Efficiency and running form: speed per heartbeat, drift, steps."""

from runcoach.science.known import determined

SHORTEST_EF_S = 1200.0
SHORTEST_DECOUPLING_S = 2400.0
WARM_UP_S = 600.0
STEADY_CV = 0.08
"""Blocks of a minute whose speeds vary more than this are no steady run (our own bound)."""

GOOD_DECOUPLING_PCT = 5.0


@determined
def efficiency_factor(speed_m_min: float, hr: float) -> float | None:
    """Speed per heartbeat [m/min/bpm], the more the better. TrainingPeaks counts yards: ×1.0936.

    None for heart rate ≤ 0 or speed < 0.
    """
    return speed_m_min / hr if hr > 0 and speed_m_min >= 0 else None


@determined
def decoupling_pct(speed1: float, hr1: float, speed2: float, hr2: float) -> float | None:
    """Drift [%] of speed per heartbeat from the first half to the second: 100 (r1 − r2)/r1.

    Positive = drift; under 5 % is good endurance at that duration (Friel). Any one speed unit.
    None for heart rates or a first speed that are not positive.
    """
    if hr1 <= 0 or hr2 <= 0 or speed1 <= 0 or speed2 < 0:
        return None
    first, second = speed1 / hr1, speed2 / hr2
    return 100 * (first - second) / first


def cadence_spm(strides_per_min: float, fractional: float = 0.0) -> float:
    """Steps per minute of FIT's strides of one leg: 2 (cadence + fraction/128)."""
    return 2 * (strides_per_min + fractional / 128)


@determined
def step_length_m(speed_m_s: float, cadence_spm: float) -> float | None:
    """Length of one step [m]: 60 v / steps per minute. None for cadence ≤ 0 or speed < 0.

    One step, not a stride of two; Runalyze and Garmin call it stride length.
    """
    return 60 * speed_m_s / cadence_spm if cadence_spm > 0 and speed_m_s >= 0 else None


@determined
def vertical_ratio_pct(vertical_oscillation_mm: float, step_length_mm: float) -> float | None:
    """Vertical oscillation as a share of step length [%]. None for step length ≤ 0.

    Both in mm. Garmin.
    """
    if step_length_mm <= 0 or vertical_oscillation_mm < 0:
        return None
    return 100 * vertical_oscillation_mm / step_length_mm


@determined
def running_effectiveness(speed_m_s: float, watts: float, kg: float) -> float | None:
    """Speed per specific power: (m/s)/(W/kg). None where power or weight is not positive.

    Speed in m/s, power in W, weight in kg, result in kg/N; about 1. Coggan, for Stryd.
    """
    return speed_m_s / (watts / kg) if watts > 0 and kg > 0 and speed_m_s >= 0 else None
