"""How this athlete's body answers: threshold over the years, heat, heart rate, power, cadence."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world.planted import PlantedTruth

Floats = NDArray[np.float64]

HR_REST_BPM = 51.0
HR_MAX_BPM = 189.0
HR_THRESHOLD_BPM = 171.0
MASS_KG = 63.0
#: Heart-rate reserve at threshold, and how much of it one unit of effort is worth.
_HRR_AT_THRESHOLD = (HR_THRESHOLD_BPM - HR_REST_BPM) / (HR_MAX_BPM - HR_REST_BPM)
_HRR_PER_EFFORT = 0.80
#: Energy cost of level running [J/kg/m] in watts at the foot pod's scale.
_COST_J_PER_KG_M = 1.04
#: Monthly mean temperature of Seoul at the athlete's usual hour [°C], January to December.
_SEOUL_TEMP_C = (-2.0, 0.6, 6.4, 13.0, 18.4, 22.9, 25.6, 26.3, 21.6, 15.0, 7.6, 0.4)


def temperature_c(day: date, planted: tuple[PlantedTruth, ...], noise: float) -> float:
    """Temperature of a run on the day: climate between mid-months, weather, and the planted hot August."""
    position = day.month - 1 + (day.day - 15) / 30.4
    low, share = int(np.floor(position)), position - np.floor(position)
    mean = _SEOUL_TEMP_C[low % 12] * (1 - share) + _SEOUL_TEMP_C[(low + 1) % 12] * share
    extra = sum(t.facts["extra_temp_c"] for t in planted if t.kind == "hot_august" and t.covers(day))
    return round(float(mean + 2.2 * noise + extra), 1)


def heat_cost(temp_c: float) -> float:
    """Share of speed that heat takes at the same heart rate: nothing up to 15 °C, 4.2 % at 29 °C."""
    return 0.003 * max(0.0, temp_c - 15.0)


def threshold_mps(day: date, last_day: date, planted: tuple[PlantedTruth, ...]) -> float:
    """Speed at lactate threshold [m/s]: two years of training with the planted ups and downs."""
    at = {t.kind: t for t in planted}
    before, after = (at["threshold_shift"].facts[k] for k in ("before_mps", "after_mps"))
    shift, illness = at["threshold_shift"], at["illness"]
    half, ten = at["half_marathon"].start.toordinal(), at["ten_km"].start.toordinal()
    knots = (
        (last_day.toordinal() - 760, 3.22),
        (half - 14, 3.42),
        (half + 14, 3.40),
        (illness.start.toordinal(), 3.42),
        (illness.end.toordinal() + 1, 3.30),
        (illness.end.toordinal() + 28, before),
        (shift.start.toordinal(), before),
        (shift.end.toordinal() + 1, after),
        (ten - 3, 3.66),
        (max(ten + 30, last_day.toordinal()), 3.62),
    )
    days, speeds = zip(*knots, strict=True)
    return float(np.interp(day.toordinal(), days, speeds))


def grade_cost(grade: Floats) -> Floats:
    """How much more speed on the flat would cost the same as one m/s on this grade (0.1 is 10 %)."""
    cost: Floats = np.clip(1.0 + 3.3 * grade + 9.0 * grade * grade, 0.72, 2.6)
    return cost


def steady_hr_bpm(effort: Floats) -> Floats:
    """Heart rate a long time into an effort: linear in effort, bending below the maximum."""
    reserve = _HRR_AT_THRESHOLD - _HRR_PER_EFFORT * (1.0 - effort)
    bent = np.where(reserve > 0.93, 0.93 + 0.07 * np.tanh((reserve - 0.93) / 0.07), reserve)
    hr: Floats = HR_REST_BPM + (HR_MAX_BPM - HR_REST_BPM) * np.maximum(bent, 0.10)
    return hr


def drift_bpm(seconds: Floats, effort: Floats, temp_c: float) -> Floats:
    """Cardiac drift: from the 15th minute on, faster in the heat and at higher effort [bpm]."""
    per_hour = 3.5 + 0.28 * max(0.0, temp_c - 15.0)
    drift: Floats = per_hour * np.maximum(0.0, seconds - 900.0) / 3600.0 * np.minimum(effort / 0.75, 1.2)
    return drift


def running_power_w(speed_mps: Floats, cost: Floats) -> Floats:
    """Power of running [W] from speed and the cost of the grade; the cubic term is the air."""
    power: Floats = MASS_KG * _COST_J_PER_KG_M * speed_mps * cost + 0.24 * speed_mps**3
    return power


def cadence_spm(speed_mps: Floats) -> Floats:
    """Steps per minute: rising slowly with speed, walking below 1.9 m/s."""
    cadence: Floats = np.where(speed_mps < 1.9, 70.0 + 32.0 * speed_mps, 151.0 + 7.6 * speed_mps)
    return cadence


def low_pass(signal: Floats, tau_s: float, start: float) -> Floats:
    """First-order lag of a 1 Hz signal; in blocks of 30 time constants, as far as e³⁰ keeps its digits."""
    keep = float(np.exp(-1.0 / tau_s))
    size = max(1, int(30.0 * tau_s))
    powers = keep ** np.arange(1, size + 1)
    out, state = np.empty_like(signal), start
    for begin in range(0, len(signal), size):
        part = signal[begin : begin + size]
        decay = powers[: len(part)]
        out[begin : begin + size] = decay * (state + (1.0 - keep) * np.cumsum(part / decay))
        state = float(out[min(begin + size, len(signal)) - 1])
    return out
