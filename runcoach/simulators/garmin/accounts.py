"""Accounts of the simulated Garmin cloud and the tokens given to them."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from runcoach.simulators.context import Context

_ACCOUNTS, _ACCESS, _REFRESH = "garmin.accounts", "garmin.access", "garmin.refresh"
_REFRESH_TTL_S = 30 * 86_400


@dataclass(frozen=True)
class Account:
    """Somebody who can log in, and the seed of the life behind it."""

    email: str
    password: str
    owner: int
    seed: int
    display_name: str
    full_name: str
    mfa: bool = False
    mfa_code: str = "123456"
    mfa_ttl_s: float = 600.0
    token_ttl_s: int = 86_400
    activities: int | None = None
    built_on: str = ""

    @property
    def profile_id(self) -> int:
        return 90_000_000 + self.owner


class Accounts:
    """Look up, make, and hand out tokens."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        if self.by_email(ctx.config.demo_email) is None:
            self.create({"email": ctx.config.demo_email, "password": ctx.config.demo_password})

    def by_email(self, email: str) -> Account | None:
        raw = self._ctx.store.get(_ACCOUNTS, email.lower())
        return Account(**raw) if raw else None

    def every(self) -> list[Account]:
        return [Account(**raw) for raw in self._ctx.store.all(_ACCOUNTS).values()]

    def create(self, asked: Mapping[str, Any]) -> Account:
        """Make an account; what is not asked for has defaults, unknown fields raise."""
        owner = self._ctx.store.next_id(_ACCOUNTS, 0)
        defaults: dict[str, Any] = {
            "email": f"runner{owner}@runcoach.example",
            "password": f"password-{owner}",
            "owner": owner,
            "seed": self._ctx.config.seed + owner,
            "display_name": f"runner-{owner:06d}",
            "full_name": self._ctx.config.demo_name if owner == 0 else f"Runner {owner}",
            "built_on": self._ctx.clock.today().isoformat(),
        }
        account = Account(**{**defaults, **asked})
        self._ctx.store.put(_ACCOUNTS, account.email.lower(), asdict(account))
        return account

    def change(self, account: Account, **fields: Any) -> Account:
        """The account with some fields changed."""
        changed = Account(**{**asdict(account), **fields})
        self._ctx.store.put(_ACCOUNTS, account.email.lower(), asdict(changed))
        return changed

    def issue(self, account: Account, client_id: str) -> dict[str, Any]:
        """A fresh pair of tokens in the shape of the token endpoint."""
        now = self._ctx.clock.epoch_s()
        token_id, refresh = secrets.token_hex(16), secrets.token_urlsafe(48)
        claims = {
            "jti": token_id,
            "client_id": client_id,
            "exp": int(now) + account.token_ttl_s,
            "iat": int(now),
        }
        grant = {"email": account.email, "expires_at": claims["exp"]}
        self._ctx.store.put(_ACCESS, token_id, grant)
        self._ctx.store.put(_REFRESH, refresh, {"email": account.email, "expires_at": now + _REFRESH_TTL_S})
        return {
            "access_token": _jwt(claims),
            "token_type": "Bearer",
            "refresh_token": refresh,
            "expires_in": account.token_ttl_s,
            "scope": "CONNECT_READ CONNECT_WRITE",
            "refresh_token_expires_in": _REFRESH_TTL_S,
        }

    def rotate(self, refresh_token: str, client_id: str) -> dict[str, Any] | None:
        """Take the refresh token in exchange for a new pair; each can be used once."""
        grant = self._ctx.store.get(_REFRESH, refresh_token)
        if grant is None or grant["expires_at"] < self._ctx.clock.epoch_s():
            return None
        account = self.by_email(grant["email"])
        if account is None:
            return None
        self._ctx.store.delete(_REFRESH, refresh_token)
        self._ctx.ledger.add("garmin", account.email, "token_refreshed", "")
        return self.issue(account, client_id)

    def bearer(self, authorization: str) -> Account | None:
        """Whose valid access token this is."""
        claims = _claims(authorization.removeprefix("Bearer ").strip())
        grant = self._ctx.store.get(_ACCESS, str(claims.get("jti", "")))
        if grant is None or grant["expires_at"] < self._ctx.clock.epoch_s():
            return None
        return self.by_email(grant["email"])

    def end_access(self, email: str) -> int:
        """End every access token of the account, as when they expire early."""
        return self._end(_ACCESS, email)

    def end_refresh(self, email: str) -> int:
        """End every refresh token too, as when the password was changed."""
        return self._end(_REFRESH, email)

    def _end(self, bucket: str, email: str) -> int:
        ended = [key for key, grant in self._ctx.store.all(bucket).items() if grant["email"] == email]
        for key in ended:
            self._ctx.store.delete(bucket, key)
        return len(ended)


def _encode(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _jwt(claims: Mapping[str, Any]) -> str:
    """A token that looks like the vendor's; only the store decides whether it is good."""
    return f"{_encode({'alg': 'RS256', 'typ': 'JWT'})}.{_encode(claims)}.{secrets.token_urlsafe(32)}"


def _claims(token: str) -> dict[str, Any]:
    try:
        body = token.split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return decoded if isinstance(decoded, dict) else {}
