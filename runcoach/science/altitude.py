"""Altitude: the share of aerobic power that is left."""

from runcoach.science.known import determined

IGNORED_BELOW_M = 900.0
HIGHEST_KM = 6.0


@determined
def altitude_aerobic_power_pct(km: float) -> float | None:
    """Aerobic power [%] at h km without acclimatisation: 100 − 4.07 h − 1.43 h² + 0.178 h³. Péronnet 1991.

    Individuals differ widely. None below sea level or above 6 km, where the cubic turns.
    """
    if not 0 <= km <= HIGHEST_KM:
        return None
    return 100 - 4.07 * km - 1.43 * km**2 + 0.178 * km**3


@determined
def sea_level_index(index: float, altitude_m: float) -> float | None:
    """The race index that the same effort would have had at sea level; below 900 m the index itself."""
    if altitude_m < IGNORED_BELOW_M:
        return index
    power_pct = altitude_aerobic_power_pct(altitude_m / 1000)
    return index * 100 / power_pct if power_pct else None
