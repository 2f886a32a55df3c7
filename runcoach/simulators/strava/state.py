"""The state of the simulated Strava: settings, tokens, uploads, activities, and the rate windows."""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from runcoach.simulators.context import Context

CLIENT_ID, CLIENT_SECRET = "4242", "strava-simulator-secret"  # noqa: S105
DEMO_ATHLETE = 134_815
_SETTINGS, _CODES, _ACCESS, _REFRESH = "strava.settings", "strava.codes", "strava.access", "strava.refresh"
UPLOADS, ACTIVITIES = "strava.uploads", "strava.activities"
_TOKEN_TTL_S = 21_600
_QUARTER_S, _DAY_S = 900, 86_400


@dataclass(frozen=True)
class Settings:
    """What a test may change about the service."""

    active: bool = True
    processing_polls: int = 1  # how many polls say "still processing"; negative never ends
    duplicate_as_html: bool = False
    token_ttl_s: int = _TOKEN_TTL_S
    short_limit: int = 200
    long_limit: int = 2000
    read_short_limit: int = 100
    read_long_limit: int = 1000


@dataclass(frozen=True)
class Grant:
    """Which athlete allowed what."""

    athlete: int
    scope: str
    expires_at: float

    def allows(self, scope: str) -> bool:
        return scope in self.scope.split(",")


@dataclass
class _Window:
    """Requests in the running window: all, and reads."""

    number: int = 0
    every: int = 0
    reads: int = 0

    def at(self, number: int) -> "_Window":
        if number != self.number:
            self.number, self.every, self.reads = number, 0, 0
        return self


class StravaState:
    """Everything behind the routes."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._quarter, self._day = _Window(), _Window()

    @property
    def settings(self) -> Settings:
        return Settings(**(self.ctx.store.get(_SETTINGS, "app") or {}))

    def change(self, **fields: Any) -> Settings:
        """Change some settings; unknown ones raise."""
        changed = replace(self.settings, **fields)
        self.ctx.store.put(_SETTINGS, "app", asdict(changed))
        return changed

    def forget(self) -> None:
        """Empty the rate windows; the documents are wiped with the store."""
        self._quarter, self._day = _Window(), _Window()

    def new_code(self, athlete: int, scope: str) -> str:
        code = secrets.token_hex(20)
        self.ctx.store.put(_CODES, code, {"athlete": athlete, "scope": scope})
        return code

    def redeem(self, code: str) -> dict[str, Any] | None:
        """Exchange an authorization code, once."""
        grant = self.ctx.store.get(_CODES, code)
        if grant is None:
            return None
        self.ctx.store.delete(_CODES, code)
        self.record(grant["athlete"], "authorized", grant["athlete"], {"scope": grant["scope"]})
        return self._issue(grant["athlete"], grant["scope"])

    def rotate(self, refresh_token: str) -> dict[str, Any] | None:
        """A new pair for a refresh token, which is used up."""
        grant = self.ctx.store.get(_REFRESH, refresh_token)
        if grant is None:
            return None
        self.ctx.store.delete(_REFRESH, refresh_token)
        self.record(grant["athlete"], "token_refreshed", grant["athlete"], None)
        return self._issue(grant["athlete"], grant["scope"])

    def _issue(self, athlete: int, scope: str) -> dict[str, Any]:
        access, refresh, ttl = secrets.token_hex(20), secrets.token_hex(20), self.settings.token_ttl_s
        expires_at = int(self.ctx.clock.epoch_s()) + ttl
        grant = {"athlete": athlete, "scope": scope, "expires_at": expires_at}
        self.ctx.store.put(_ACCESS, access, grant)
        self.ctx.store.put(_REFRESH, refresh, {"athlete": athlete, "scope": scope})
        tokens = {"token_type": "Bearer", "access_token": access, "refresh_token": refresh}
        return tokens | {"expires_at": expires_at, "expires_in": ttl}

    def grant(self, access_token: str) -> Grant | None:
        """What a valid access token allows."""
        raw = self.ctx.store.get(_ACCESS, access_token)
        grant = Grant(**raw) if raw else None
        return grant if grant and grant.expires_at > self.ctx.clock.epoch_s() else None

    def owner_of(self, authorization: str) -> str | None:
        """The athlete behind a request's token."""
        grant = self.grant(authorization.removeprefix("Bearer ").strip())
        return str(grant.athlete) if grant else None

    def revoke(self, athlete: int) -> None:
        """End every token of the athlete."""
        for bucket in (_ACCESS, _REFRESH):
            for token, grant in self.ctx.store.all(bucket).items():
                if grant["athlete"] == athlete:
                    self.ctx.store.delete(bucket, token)
        self.record(athlete, "deauthorized", athlete, None)

    def end_access(self, athlete: int) -> None:
        """End the access tokens only, as when they expire."""
        for token, grant in self.ctx.store.all(_ACCESS).items():
            if grant["athlete"] == athlete:
                self.ctx.store.delete(_ACCESS, token)

    def record(self, athlete: int, effect: str, key: object, body: Any) -> None:
        self.ctx.ledger.add("strava", str(athlete), effect, key, body)

    def count(self, *, is_read: bool) -> tuple[dict[str, str], bool]:
        """Count a request: the rate headers, and whether it is over a limit."""
        now, limits = int(self.ctx.clock.epoch_s()), self.settings
        quarter, day = self._quarter.at(now // _QUARTER_S), self._day.at(now // _DAY_S)
        over = quarter.every >= limits.short_limit or day.every >= limits.long_limit
        read_over = quarter.reads >= limits.read_short_limit or day.reads >= limits.read_long_limit
        is_over = over or (is_read and read_over)
        for window in (quarter, day):
            window.every += 1
            window.reads += is_read
        headers = {
            "X-RateLimit-Limit": f"{limits.short_limit},{limits.long_limit}",
            "X-RateLimit-Usage": f"{quarter.every},{day.every}",
            "X-ReadRateLimit-Limit": f"{limits.read_short_limit},{limits.read_long_limit}",
            "X-ReadRateLimit-Usage": f"{quarter.reads},{day.reads}",
        }
        return headers, is_over
