"""Switches that make a simulated service misbehave, as a board of them.

A switch names a service and a glob over the path behind the service's prefix (`/workout-service/*`), lets
`after` matching requests through, then strikes `times` times (for ever when None). With `account` it strikes
only requests that carry that account's token: an e-mail for garmin, an athlete for strava, a key for llm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(StrEnum):
    """Ways in which the outside world fails."""

    UNAUTHORIZED_401 = "unauthorized_401"
    RATE_LIMITED_429 = "rate_limited_429"
    HTML_INSTEAD_OF_JSON = "html_instead_of_json"
    SERVER_5XX = "server_5xx"
    HANG = "hang"
    SLOW_DRIP = "slow_drip"
    ACCEPTED_REPLY_LOST = "accepted_reply_lost"
    RESET_BEFORE_EFFECT = "reset_before_effect"
    TRUNCATED_BODY = "truncated_body"
    MALFORMED_JSON = "malformed_json"
    EMPTY_BODY = "empty_body"


@dataclass(frozen=True)
class Call:
    """A request as the switches see it; whose it is gets looked up only when a switch asks."""

    service: str
    method: str
    path: str
    account: Callable[[], str | None]


@dataclass
class Fault:
    """One switch; `seen` and `struck` count as requests go by."""

    id: int
    service: str
    route_glob: str
    kind: FaultKind
    times: int | None = 1
    after: int = 0
    delay_s: float | None = None
    retry_after_s: int | None = None
    status: int | None = None
    method: str | None = None
    account: str | None = None
    seen: int = 0
    struck: int = 0

    def strikes(self, call: Call) -> bool:
        """Whether this request is hit; counts it either way."""
        is_meant = call.service == self.service and self.method in (None, call.method)
        if not is_meant or not fnmatchcase(call.path, self.route_glob):
            return False
        if self.account is not None and call.account() != self.account:
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True


@dataclass
class FaultBoard:
    """The switches that are on, in the order they were thrown."""

    faults: list[Fault] = field(default_factory=list)
    _next: int = 1

    def add(self, **switch: Any) -> Fault:
        """Throw a switch; unknown kinds and fields raise."""
        fault = Fault(id=self._next, **{**switch, "kind": FaultKind(switch["kind"])})
        self._next += 1
        self.faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        kept = [f for f in self.faults if f.id != fault_id]
        removed = len(kept) < len(self.faults)
        self.faults = kept
        return removed

    def take(self, call: Call) -> Fault | None:
        """The first switch that strikes this request."""
        return next((f for f in self.faults if f.strikes(call)), None)
