"""Wind: the share of energy that the air takes."""

from runcoach.science.known import determined

AIR_SHARE_PER_M2_S2 = 0.0008
"""Share of energy spent on still air per (m/s)²: 2 % at 5 m/s, 8 % at 10. Pugh 1971, Davies 1980."""

TAILWIND_BENEFIT = 0.5
FORECAST_TO_STREET = 0.55
"""Wind at 2 m between houses over the forecast at 10 m (our own figure)."""


@determined
def wind_energy_factor(v: float, headwind: float) -> float | None:
    """Energy against running in still air: 1 + 0.0008 v² (((v + w)/v)² − 1); a gain counts half.

    v and headwind w in m/s, tailwind negative. A tailwind faster than the runner helps no more than one as
    fast: the relative wind is then 0. None for v ≤ 0. Our own model on the quoted measurements. No unit.
    """
    if v <= 0:
        return None
    relative = max(0.0, v + headwind) / v
    change = AIR_SHARE_PER_M2_S2 * v * v * (relative * relative - 1)
    return 1 + (change if change >= 0 else TAILWIND_BENEFIT * change)


def street_wind_m_s(forecast_10m_m_s: float) -> float:
    """Wind at a runner's height [m/s] from a 10 m forecast."""
    return forecast_10m_m_s * FORECAST_TO_STREET
