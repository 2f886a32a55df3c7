"""Zone systems, each as a rising list of lower bounds.

A value belongs to the highest zone whose lower bound it reaches (lower bound inclusive); below the first it
belongs to none.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from runcoach.science.known import determined

_EPSILON = 1e-9

EDWARDS_SHARES = (0.50, 0.60, 0.70, 0.80, 0.90)
FRIEL_NAMES = ("1", "2", "3", "4", "5a", "5b", "5c")
FRIEL_HR_PCT = (0, 85, 90, 95, 100, 103, 107)
"""Lower bounds in whole % of threshold heart rate."""

FRIEL_PACE_SPEED_SHARES = (0.0, 1 / 1.29, 1 / 1.14, 1 / 1.06, 1.0, 1 / 0.97, 1 / 0.90)
"""Lower bounds as shares of threshold speed: 129, 114, 106, 100, 97 and 90 % of threshold pace."""

FRIEL_TO_THREE = (1, 1, 2, 2, 3, 3, 3)
KARVONEN_SHARES = (0.50, 0.60, 0.70, 0.80, 0.90)
POWER_SHARES = (0.0, 0.80, 0.87, 0.95, 1.05, 1.19)
SEILER_HR_SHARES = (0.0, 0.82, 0.88)
"""Three zones by HRmax where LT1 and LT2 are not known: under 82, 82–88, over 88 %."""


@dataclass(frozen=True, slots=True)
class Zones:
    """A named zone system: `lower_bounds[k]` opens zone `names[k]`, in the unit of the samples."""

    system: str
    names: tuple[str, ...]
    lower_bounds: tuple[float, ...]

    def __post_init__(self) -> None:
        bounds = self.lower_bounds
        if not bounds or len(bounds) != len(self.names):
            raise ValueError("as many names as lower bounds, at least one")
        if any(low >= high for low, high in zip(bounds, bounds[1:], strict=False)):
            raise ValueError("lower bounds rise")

    def zone_of(self, value: float) -> str | None:
        """The name of the zone of `value`, None below the first."""
        index = bisect_right(self.lower_bounds, value + _EPSILON) - 1
        return self.names[index] if index >= 0 else None


@determined
def karvonen(hr_rest: float, hr_max: float, fraction: float) -> float | None:
    """Heart rate [bpm] at a share f of the reserve: rest + f (max − rest). None where max ≤ rest.

    Karvonen 1957.
    """
    return hr_rest + fraction * (hr_max - hr_rest) if hr_max > hr_rest else None


@determined
def friel_hr_zone(hr: float, lthr: float) -> str | None:
    """Friel's running zone 1, 2, 3, 4, 5a, 5b or 5c by whole percent of threshold heart rate, rounded down.

    Below 85, 85–89, 90–94, 95–99, 100–102, 103–106, above 106. None where a rate is not positive.
    """
    if hr <= 0 or lthr <= 0:
        return None
    percent = floor(100 * hr / lthr + _EPSILON)
    return FRIEL_NAMES[bisect_right(FRIEL_HR_PCT, percent) - 1]


@determined
def friel_pace_zone(speed_m_s: float, threshold_speed_m_s: float) -> str | None:
    """Friel's running zone by speed as a share of threshold speed. None where a speed is not positive."""
    if speed_m_s <= 0 or threshold_speed_m_s <= 0:
        return None
    return friel_pace_zones(threshold_speed_m_s).zone_of(speed_m_s)


@determined
def hr_zone_edwards(hr: float, hr_max: float) -> int | None:
    """Zone 0 to 5 at 50, 60, 70, 80 and 90 % of HRmax, lower bound inclusive. None where HRmax ≤ 0.

    Rates in bpm. Edwards 1993.
    """
    if hr_max <= 0 or hr < 0:
        return None
    return bisect_right(EDWARDS_SHARES, hr / hr_max + _EPSILON)


def friel_hr_zones(lthr: float) -> Zones:
    """Friel's seven heart-rate zones in bpm."""
    return Zones("friel_lthr", FRIEL_NAMES, tuple(lthr * pct / 100 for pct in FRIEL_HR_PCT))


def friel_pace_zones(threshold_speed_m_s: float) -> Zones:
    """Friel's seven pace zones in m/s."""
    bounds = tuple(threshold_speed_m_s * share for share in FRIEL_PACE_SPEED_SHARES)
    return Zones("friel_pace", FRIEL_NAMES, bounds)


def hrmax_zones(hr_max: float) -> Zones:
    """Five zones from 50 % of HRmax in steps of ten."""
    return Zones("hr_max", _numbered(5), tuple(hr_max * share for share in EDWARDS_SHARES))


def karvonen_zones(hr_rest: float, hr_max: float) -> Zones:
    """Five zones from 50 % of the reserve in steps of ten."""
    bounds = tuple(hr_rest + share * (hr_max - hr_rest) for share in KARVONEN_SHARES)
    return Zones("karvonen", _numbered(5), bounds)


def power_zones(ftp_w: float) -> Zones:
    """Six zones at 0, 80, 87, 95, 105 and 119 % of critical power."""
    return Zones("power", _numbered(6), tuple(ftp_w * share for share in POWER_SHARES))


def own_zones(lower_bounds: Sequence[float], system: str = "own") -> Zones:
    """The runner's or the watch's own bounds."""
    return Zones(system, _numbered(len(lower_bounds)), tuple(lower_bounds))


def three_zones(
    lthr: float | None = None,
    hr_max: float | None = None,
    lt1: float | None = None,
    lt2: float | None = None,
) -> Zones | None:
    """Low, middle and high by the best anchor there is: LT1 and LT2, else 90 and 100 % of LTHR (Friel zones
    1–2, 3–4, 5), else 82 and 88 % of HRmax. None without an anchor."""
    if lt1 is not None and lt2 is not None:
        return Zones("three_lt", _numbered(3), (0.0, lt1, lt2))
    if lthr is not None:
        return Zones("three_lthr", _numbered(3), (0.0, 0.90 * lthr, lthr))
    if hr_max is not None:
        return Zones("three_hr_max", _numbered(3), tuple(hr_max * share for share in SEILER_HR_SHARES))
    return None


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))
