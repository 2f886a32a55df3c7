"""The sign-in pages and the token endpoint: mobile route first, as the client library tries it, then portal.

The widget route (`/sso/embed`) is not served: the library falls through it as it does when it is blocked.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud

_TICKET_TTL_S = 300.0
_MFA_TRIES = 5
_PAGE = '<!DOCTYPE html><html lang="en"><head><title>Garmin SSO Portal</title></head><body></body></html>'


@dataclass
class _Pending:
    """A login that waits for its code; lives as long as the sign-in cookie."""

    email: str
    deadline_s: float
    tries: int = 0


class Login:
    """Sign in with password and code, exchange the ticket, refresh the tokens."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud, self._ctx = cloud, cloud.ctx
        self._pending: dict[str, _Pending] = {}
        self._tickets: dict[str, tuple[str, float]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/mobile/sso/{locale}/sign-in", self._page),
            Route("/portal/sso/{locale}/sign-in", self._page),
            Route("/mobile/api/login", self._sign_in, methods=["POST"]),
            Route("/portal/api/login", self._sign_in, methods=["POST"]),
            Route("/mobile/api/mfa/verifyCode", self._verify, methods=["POST"]),
            Route("/portal/api/mfa/verifyCode", self._verify, methods=["POST"]),
            Route("/di-oauth2-service/oauth/token", self._token, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        response = HTMLResponse(_PAGE)
        response.set_cookie("SESSION", secrets.token_hex(16), httponly=True)
        return response

    async def _sign_in(self, request: Request) -> Response:
        asked = await request.json()
        account = self._cloud.accounts.by_email(str(asked.get("username", "")))
        if account is None or not secrets.compare_digest(account.password, str(asked.get("password", ""))):
            return _status("INVALID_USERNAME_PASSWORD", 401, "generalLoginInvalidUsernameOrPassword")
        if not account.mfa:
            return self._welcome(account)
        session = request.cookies.get("SESSION", "")
        self._pending[session] = _Pending(account.email, self._ctx.clock.epoch_s() + account.mfa_ttl_s)
        return _status(
            "MFA_REQUIRED", 200, mfa={"mfaLastMethodUsed": "email", "email": "r****@runcoach.example"}
        )

    async def _verify(self, request: Request) -> Response:
        session = request.cookies.get("SESSION", "")
        pending = self._pending.get(session)
        account = self._cloud.accounts.by_email(pending.email) if pending else None
        if pending is None or account is None or pending.deadline_s < self._ctx.clock.epoch_s():
            return _status("SESSION_EXPIRED", 401)
        # The library posts a refused code a second time, to the other path: that is not another try.
        pending.tries += request.url.path.endswith("/mobile/api/mfa/verifyCode")
        if pending.tries > _MFA_TRIES:
            return _status("MFA_CODE_MAX_ATTEMPTS", 401)
        asked = await request.json()
        if not secrets.compare_digest(account.mfa_code, str(asked.get("mfaVerificationCode", ""))):
            return _status("MFA_CODE_INVALID", 401)
        del self._pending[session]
        return self._welcome(account)

    def _welcome(self, account: Account) -> Response:
        ticket = f"ST-{secrets.token_hex(16)}-cas"
        self._tickets[ticket] = (account.email, self._ctx.clock.epoch_s() + _TICKET_TTL_S)
        self._ctx.ledger.add("garmin", account.email, "login", "")
        return _status("SUCCESSFUL", 200, ticket=ticket)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        client_id = str(form.get("client_id", ""))
        if form.get("grant_type") == "refresh_token":
            pair = self._cloud.accounts.rotate(str(form.get("refresh_token", "")), client_id)
        else:
            pair = self._exchange(str(form.get("service_ticket", "")), client_id)
        if pair is None:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid grant"}, 400)
        return JSONResponse(pair)

    def _exchange(self, ticket: str, client_id: str) -> dict[str, Any] | None:
        email, deadline_s = self._tickets.pop(ticket, ("", 0.0))
        account = self._cloud.accounts.by_email(email)
        if account is None or deadline_s < self._ctx.clock.epoch_s():
            return None
        return self._cloud.accounts.issue(account, client_id)


def _status(
    kind: str, http: int, message: str = "", *, ticket: str | None = None, mfa: dict[str, str] | None = None
) -> JSONResponse:
    body: dict[str, Any] = {
        "serviceURL": None,
        "serviceTicketId": ticket,
        "responseStatus": {
            "type": kind,
            "message": message,
            "httpStatus": "OK" if http == 200 else "UNAUTHORIZED",
        },
        "responseReason": None,
        "customerMfaInfo": mfa,
        "consentTypeList": [] if http == 200 else None,
        "captchaAlreadyPassed": False,
        "samlResponse": None,
        "authType": None,
    }
    return JSONResponse(body, http)
