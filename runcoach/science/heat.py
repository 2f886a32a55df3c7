"""Heat: what it costs, and when it is too much."""

from bisect import bisect_right
from math import exp, log

from runcoach.science.known import determined
from runcoach.science.tables import upper_band

HADLEY_BANDS: tuple[tuple[float, tuple[float, float]], ...] = (
    (100, (0.0, 0.0)),
    (110, (0.0, 0.5)),
    (120, (0.5, 1.0)),
    (130, (1.0, 2.0)),
    (140, (2.0, 3.0)),
    (150, (3.0, 4.5)),
    (160, (4.5, 6.0)),
    (170, (6.0, 8.0)),
    (180, (8.0, 10.0)),
)
"""Sum of temperature and dew point [°F], upper bound inclusive → slower by [%]: a coach's rule."""

MANTZIOS_LOW_C, MANTZIOS_HIGH_C, MANTZIOS_PCT_PER_C = 7.5, 15.0, 0.35
FLAG_BOUNDS_C, FLAGS = (18.0, 23.0, 28.0), ("green", "yellow", "red", "black")
MOVE_QUALITY_WBGT_C, EASY_ONLY_WBGT_C = 23.0, 28.0
LARGEST_CREDIT_PCT = 8.0
_EPSILON = 1e-9


@determined
def hadley_band(t_f: float, dew_f: float) -> tuple[float, float] | None:
    """(low, high) slow-down [%] by air temperature plus dew point, both °F; up to 100 none.

    None above 180: no hard running. Halve for short repeats. Hadley 2013, a coach's chart.
    """
    return upper_band(HADLEY_BANDS, t_f + dew_f - _EPSILON, None)


@determined
def vapour_pressure_hpa(t_c: float, rh: float) -> float | None:
    """Water vapour pressure [hPa]: RH/100 · 6.105 e^(17.27 T/(237.7 + T)); T in °C, RH in %.

    None for RH outside 0–100 or T ≤ −237.7 °C. Australian Bureau of Meteorology.
    """
    if not 0 <= rh <= 100 or t_c <= -237.7:
        return None
    return rh / 100 * 6.105 * exp(17.27 * t_c / (237.7 + t_c))


@determined
def swbgt(t_c: float, rh: float) -> float | None:
    """Simplified wet-bulb globe temperature [°C]: 0.567 T + 0.393 e + 3.94, moderate sun and light wind.

    Reads high at night and under cloud. None where there is no vapour pressure. ACSM 1984.
    """
    e = vapour_pressure_hpa(t_c, rh)
    return 0.567 * t_c + 0.393 * e + 3.94 if e is not None else None


@determined
def shade_wbgt(t_c: float, rh: float) -> float | None:
    """Wet-bulb globe temperature in the shade [°C]: 0.567 T + 0.216 e + 3.38. Lemke & Kjellström 2012."""
    e = vapour_pressure_hpa(t_c, rh)
    return 0.567 * t_c + 0.216 * e + 3.38 if e is not None else None


@determined
def dew_point_c(t_c: float, rh: float) -> float | None:
    """Dew point [°C], Magnus: γ = ln(RH/100) + 17.27 T/(237.7 + T), 237.7 γ/(17.27 − γ). None for RH ≤ 0."""
    if not 0 < rh <= 100 or t_c <= -237.7:
        return None
    gamma = log(rh) - log(100) + 17.27 * t_c / (237.7 + t_c)
    return 237.7 * gamma / (17.27 - gamma)


@determined
def mantzios_slowdown_pct(wbgt_c: float) -> float:
    """Slow-down [%]: 0.35 per °C of WBGT under 7.5 or over 15.

    Mantzios 2022, 10.1249/mss.0000000000002769. None for a WBGT that is not known.
    """
    outside_c = max(0.0, MANTZIOS_LOW_C - wbgt_c, wbgt_c - MANTZIOS_HIGH_C)
    return MANTZIOS_PCT_PER_C * outside_c


@determined
def heat_flag(wbgt_c: float) -> str:
    """green under 18 °C WBGT, yellow from 18, red from 23, black from 28 (ACSM 1996).

    Too mild a scale for runners who are not used to heat.
    """
    return FLAGS[bisect_right(FLAG_BOUNDS_C, wbgt_c)]


@determined
def heat_slowdown_pct(t_c: float, rh: float) -> tuple[float, float] | None:
    """`hadley_band` of air temperature [°C] and humidity [%]. None where too hot to run hard."""
    dew_c = dew_point_c(t_c, rh)
    return hadley_band(t_c * 9 / 5 + 32, dew_c * 9 / 5 + 32) if dew_c is not None else None


@determined
def heat_adjusted_pace(pace_s_per_km: float, slowdown_pct: float) -> float | None:
    """What a pace in the heat was worth: pace / (1 + slow-down), the credit at most 8 %. None for pace ≤ 0.

    For comparing E, M and T runs; show both paces.
    """
    if pace_s_per_km <= 0:
        return None
    return pace_s_per_km / (1 + min(LARGEST_CREDIT_PCT, max(0.0, slowdown_pct)) / 100)
