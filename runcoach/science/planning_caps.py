"""How much of a week one session may be (Daniels), and how a taper shrinks it (Pfitzinger)."""

from runcoach.science.known import determined
from runcoach.science.tables import by_name
from runcoach.science.units import MILE_M

QUALITY_CAPS = {"T": (0.10, None), "I": (0.08, 10.0), "R": (0.05, 8.0), "M": (0.20, 18 * MILE_M / 1000)}
"""Share of weekly km, and km at most."""

M_LONGEST_MIN = 110.0
LONG_RUN_SHARE, LONG_RUN_SHARE_LOW_VOLUME, LOW_VOLUME_KM = 0.25, 0.30, 64.0
LONG_RUN_LONGEST_MIN = 150.0
TAPER_CUTS = (0.225, 0.40, 0.60)


@determined
def quality_cap_km(zone: str, weekly_km: float) -> float | None:
    """Most km of a quality session: T 10 %, I min(10 km, 8 %), R min(8 km, 5 %), M min(18 mi, 20 %).

    Shares are of weekly km. M has a limit by time too: `m_run_cap_km`. None for negative weeks. Daniels'
    Running Formula. ValueError for another zone.
    """
    share, most_km = by_name(QUALITY_CAPS, zone)
    if weekly_km < 0:
        return None
    return share * weekly_km if most_km is None else min(most_km, share * weekly_km)


@determined
def m_run_cap_km(weekly_km: float, m_pace_s_per_km: float) -> float | None:
    """Most km at marathon pace: min(20 % of the week, 18 miles, 110 minutes). None for pace ≤ 0.

    Daniels' Running Formula.
    """
    cap_km = quality_cap_km("M", weekly_km)
    if cap_km is None or m_pace_s_per_km <= 0:
        return None
    return min(cap_km, M_LONGEST_MIN * 60 / m_pace_s_per_km)


@determined
def long_run_cap_km(weekly_km: float, easy_pace_s_per_km: float) -> float | None:
    """Most km of a long run: 25 % of the week (30 % under 64 km), and 150 minutes. None for pace ≤ 0.

    Daniels' Running Formula.
    """
    if weekly_km < 0 or easy_pace_s_per_km <= 0:
        return None
    share = LONG_RUN_SHARE if weekly_km >= LOW_VOLUME_KM else LONG_RUN_SHARE_LOW_VOLUME
    return min(share * weekly_km, LONG_RUN_LONGEST_MIN * 60 / easy_pace_s_per_km)


@determined
def pfitz_taper_km(peak_week_km: float) -> tuple[float, ...] | None:
    """Km of the last three weeks before a marathon: −20…25 %, −40 %, −60 % of the peak. None for peak < 0.

    Pfitzinger & Douglas, Advanced Marathoning.
    """
    return tuple(peak_week_km * (1 - cut) for cut in TAPER_CUTS) if peak_week_km >= 0 else None
