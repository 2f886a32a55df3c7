"""How long a 429 lasts. Pure: 15-minute quotas end at the quarter of an hour, daily ones at midnight UTC."""

from collections.abc import Mapping
from math import ceil

QUARTER_S = 900
DAY_S = 86_400
_PAIRS = (
    ("X-RateLimit-Limit", "X-RateLimit-Usage"),
    ("X-ReadRateLimit-Limit", "X-ReadRateLimit-Usage"),
)


def wait_s(headers: Mapping[str, str], now_s: float) -> float:
    """Seconds from `now_s` (Unix) until a quota that the headers show as used up is full again.

    Headers are "15 minutes,day" pairs. Without usable ones: until the next quarter of an hour.
    """
    known = {name.casefold(): value for name, value in headers.items()}
    period = QUARTER_S
    for limit_name, usage_name in _PAIRS:
        limits, usages = _pair(known, limit_name), _pair(known, usage_name)
        if limits and usages and usages[1] >= limits[1]:
            period = DAY_S
    return _until_next(period, now_s)


def _pair(headers: Mapping[str, str], name: str) -> tuple[int, int] | None:
    parts = headers.get(name.casefold(), "").split(",")
    if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _until_next(period_s: int, now_s: float) -> float:
    """At least a second, so that nobody comes back within the same one."""
    return float(max(ceil(period_s - now_s % period_s), 1))
