"""Race predictions: from one race, from two, from training; and the cautious answer with its range."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from runcoach.science.known import determined
from runcoach.science.race_index import race_time_s, vdot_from_race
from runcoach.science.units import HALF_MARATHON_M, MARATHON_M, MILE_M

RIEGEL_EXPONENT = 1.06
FASTEST_EXPONENT, SLOWEST_EXPONENT = 1.0, 1.2
"""Personal exponents outside say that one of the two races was no race."""

_TANDA_KM, _TANDA_PACE = (30.0, 130.0), (240.0, 360.0)
_RECENT_DAYS = 42
_SAME_DISTANCE = 1.05


@determined
def riegel_time_s(t1_s: float, d1_m: float, d2_m: float, exponent: float = RIEGEL_EXPONENT) -> float | None:
    """T2 [s] = T1 (D2/D1)^k. Riegel 1981; about 3.5 to 230 min, calibrated up to the half marathon.

    None where a time or distance is not positive.
    """
    if t1_s <= 0 or d1_m <= 0 or d2_m <= 0:
        return None
    return t1_s * float((d2_m / d1_m) ** exponent)


@determined
def cameron_time_s(t1_s: float, d1_m: float, d2_m: float) -> float | None:
    """T2 [s] = T1 (D2/D1) f(D1)/f(D2), f(d) = 13.49681 − 0.000030363 d + 835.7114/d^0.7905, d in metres.

    None where a time or distance is not positive, or so long that f is no longer positive (about 440 km).
    Cameron, as in Runalyze; the form in miles has other constants.
    """
    if t1_s <= 0 or d1_m <= 0 or d2_m <= 0:
        return None
    f1, f2 = _cameron(d1_m), _cameron(d2_m)
    return t1_s * (d2_m / d1_m) * f1 / f2 if f1 > 0 and f2 > 0 else None


@determined
def vickers_marathon_s(t1_s: float, d1_m: float, miles_per_week: float) -> float | None:
    """Marathon time [s] from one race and weekly mileage, model 1 of Vickers & Vertosick 2016.

    v_R = 42195 / (T1 (42195/D1)^1.07); v = 0.16018617 + 0.83076202 v_R + 0.06423826 (miles/10); T = 42195/v.
    10.1186/s13102-016-0052-y. (Public copies often carry 0.6423826, ten times too much.)
    None where time or distance is not positive, or the mileage negative.
    """
    if t1_s <= 0 or d1_m <= 0 or miles_per_week < 0:
        return None
    riegel_m_s = MARATHON_M / (t1_s * float((MARATHON_M / d1_m) ** 1.07))
    speed_m_s = 0.16018617 + 0.83076202 * riegel_m_s + 0.06423826 * (miles_per_week / 10)
    return MARATHON_M / speed_m_s


@determined
def vickers_marathon2_s(
    t1_s: float, d1_m: float, t2_s: float, d2_m: float, miles_per_week: float
) -> float | None:
    """Marathon time [s] from two races and weekly mileage, model 2 of Vickers & Vertosick 2016.

    k = ln(T2/T1)/ln(D2/D1); k_M = 1.4510756 − 0.23797948 k − 0.01410023 (miles/10); T = T2 (42195/D2)^k_M.
    None where `powerlaw_exponent` has none, or the mileage is negative.
    """
    k = powerlaw_exponent(d1_m, t1_s, d2_m, t2_s)
    if k is None or miles_per_week < 0:
        return None
    marathon_k = 1.4510756 - 0.23797948 * k - 0.01410023 * (miles_per_week / 10)
    return t2_s * float((MARATHON_M / d2_m) ** marathon_k)


@determined
def tanda_marathon_s(km_per_week: float, pace_s_per_km: float) -> float | None:
    """Marathon time [s] from eight weeks of training: pace = 17.1 + 140 e^(−0.0053 K) + 0.55 P [s/km].

    Tanda 2011, men of 2:47 to 3:36; a trend rather than a prediction (see `is_tanda_valid`).
    None for K < 0 or P ≤ 0.
    """
    if km_per_week < 0 or pace_s_per_km <= 0:
        return None
    return (17.1 + 140.0 * exp(-0.0053 * km_per_week) + 0.55 * pace_s_per_km) * MARATHON_M / 1000


def is_tanda_valid(km_per_week: float, pace_s_per_km: float) -> bool:
    """Within 30–130 km/week and 240–360 s/km, outside of which Tanda's trend is hidden."""
    in_km = _TANDA_KM[0] <= km_per_week <= _TANDA_KM[1]
    return in_km and _TANDA_PACE[0] <= pace_s_per_km <= _TANDA_PACE[1]


@determined
def powerlaw_exponent(d1_m: float, t1_s: float, d2_m: float, t2_s: float) -> float | None:
    """Personal exponent k = ln(T2/T1)/ln(D2/D1). None for equal distances or values that are not positive.

    No unit, about 1.06; distances in m, times in s. Riegel 1981; Bock, as in Runalyze.
    """
    if min(d1_m, t1_s, d2_m, t2_s) <= 0 or d1_m == d2_m:
        return None
    return (log(t2_s) - log(t1_s)) / (log(d2_m) - log(d1_m))


@dataclass(frozen=True, slots=True)
class Race:
    """A result to predict from: official distance, elapsed time, how many days ago."""

    distance_m: float
    time_s: float
    days_ago: int = 0


def personal_exponent(one: Race, other: Race) -> float | None:
    """`powerlaw_exponent` of two races, None outside 1.0 to 1.2: then one of them was no all-out race."""
    k = powerlaw_exponent(one.distance_m, one.time_s, other.distance_m, other.time_s)
    return k if k is not None and FASTEST_EXPONENT < k < SLOWEST_EXPONENT else None


@dataclass(frozen=True, slots=True)
class Prediction:
    """A time with its range, the method that gave it, and what makes it uncertain (reason codes)."""

    distance_m: float
    time_s: float
    low_s: float
    high_s: float
    method: str
    reasons: tuple[str, ...]


def predict(race: Race, distance_m: float, km_per_week: float, longest_run_km: float) -> Prediction | None:
    """The time to expect over `distance_m`: race-index equivalent, for the marathon the slower of that and
    Vickers–Vertosick model 1.

    Range: ±2 % for the same distance within six weeks, ±3.5 % otherwise, ±5 % when the race is older; beyond
    the half marathon at least +6 % on under 50 km a week or without a run of 25 km in eight weeks, and beyond
    the marathon at least +10 %. The widths are our own judgement.
    None where the race gives no index.
    """
    index = vdot_from_race(race.distance_m, race.time_s)
    equivalent_s = race_time_s(index, distance_m) if index is not None else None
    if equivalent_s is None:
        return None
    time_s, method, reasons = equivalent_s, "race_index", []
    low, high = _range(race, distance_m)
    if race.days_ago > _RECENT_DAYS:
        reasons.append("race_is_old")
    if (
        abs(distance_m / MARATHON_M - 1) <= _SAME_DISTANCE - 1
        and race.distance_m < distance_m / _SAME_DISTANCE
    ):
        cautious_s = vickers_marathon_s(race.time_s, race.distance_m, km_per_week * 1000 / MILE_M)
        if cautious_s is not None and cautious_s * distance_m / MARATHON_M > time_s:
            time_s, method = cautious_s * distance_m / MARATHON_M, "vickers_vertosick_1"
    if distance_m > HALF_MARATHON_M * _SAME_DISTANCE and (km_per_week < 50 or longest_run_km < 25):
        low, high = max(low, 0.02), max(high, 0.06)
        reasons.append("marathon_base_thin")
    if distance_m > MARATHON_M * _SAME_DISTANCE:
        high = max(high, 0.10)
        reasons.append("beyond_marathon")
    return Prediction(distance_m, time_s, time_s * (1 - low), time_s * (1 + high), method, tuple(reasons))


def best_race(races: Sequence[Race]) -> Race | None:
    """The race with the highest index; the newer one on a tie. None without a usable race."""
    usable = [(index, -race.days_ago, race) for race in races if (index := _index(race)) is not None]
    return max(usable, key=lambda item: item[:2])[2] if usable else None


def _index(race: Race) -> float | None:
    return vdot_from_race(race.distance_m, race.time_s)


def _range(race: Race, distance_m: float) -> tuple[float, float]:
    ratio = max(race.distance_m, distance_m) / min(race.distance_m, distance_m)
    if race.days_ago > _RECENT_DAYS:
        return 0.05, 0.05
    return (0.02, 0.02) if ratio <= _SAME_DISTANCE else (0.035, 0.035)


def _cameron(d_m: float) -> float:
    return 13.49681 - 0.000030363 * d_m + 835.7114 / float(d_m**0.7905)
