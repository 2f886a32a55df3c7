"""The real services for everybody, the simulated ones for the demo athlete, behind one door each.

A session remembers the realm it was made in. A login goes to the simulated realm when its e-mail address
lies in `.example`, a domain that can never exist: a real runner's password never goes there, and the demo
athlete's never leaves the machine.
"""

from dataclasses import replace
from datetime import datetime

from runcoach.ports.garmin import GarminConnection, GarminGateway, GarminSession, LoggedIn, MfaRequired
from runcoach.ports.strava import StravaConnection, StravaGateway, StravaSession, UploadStatus

SIMULATED = "simulated"
_RESERVED_DOMAIN = ".example"


class GarminRealms:
    """Implements GarminGateway over one gateway per realm."""

    def __init__(self, live: GarminGateway, simulated: GarminGateway | None) -> None:
        self._live = live
        self._simulated = simulated

    async def login(self, email: str, password: str) -> LoggedIn | MfaRequired:
        """One attempt in the realm of the address."""
        if (simulated := self._simulated_for(email)) is None:
            return await self._live.login(email, password)
        answer = await simulated.login(email, password)
        return _marked(answer) if isinstance(answer, LoggedIn) else answer

    async def resume_login(self, email: str, client_state: str, code: str) -> LoggedIn:
        """Second half of a login, in the same realm as the first."""
        if (simulated := self._simulated_for(email)) is None:
            return await self._live.resume_login(email, client_state, code)
        return _marked(await simulated.resume_login(email, client_state, code))

    def open(self, session: GarminSession) -> GarminConnection:
        """An account where its session was made."""
        if session.realm == SIMULATED and self._simulated is not None:
            return self._simulated.open(session)
        return self._live.open(session)

    def _simulated_for(self, email: str) -> GarminGateway | None:
        return self._simulated if email.strip().lower().endswith(_RESERVED_DOMAIN) else None


def _marked(answer: LoggedIn) -> LoggedIn:
    return LoggedIn(replace(answer.session, realm=SIMULATED))


class SimulatedStrava:
    """A Strava gateway whose sessions are marked as simulated."""

    def __init__(self, gateway: StravaGateway) -> None:
        self._gateway = gateway

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where the browser goes."""
        return self._gateway.authorize_url(state, redirect_uri)

    async def exchange_code(self, code: str, granted_scopes: frozenset[str]) -> StravaSession:
        """Code to tokens."""
        return replace(await self._gateway.exchange_code(code, granted_scopes), realm=SIMULATED)

    def open(self, session: StravaSession) -> StravaConnection:
        """An athlete from stored tokens."""
        return _SimulatedAthlete(self._gateway.open(session))


class _SimulatedAthlete:
    """Keeps the mark through every refresh of the tokens."""

    def __init__(self, inner: StravaConnection) -> None:
        self._inner = inner

    @property
    def session(self) -> StravaSession:
        return replace(self._inner.session, realm=SIMULATED)

    async def upload_fit(self, data: bytes, name: str, external_id: str) -> UploadStatus:
        return await self._inner.upload_fit(data, name, external_id)

    async def upload_status(self, upload_id: str) -> UploadStatus:
        return await self._inner.upload_status(upload_id)

    async def find_activity(self, external_id: str, start: datetime, elapsed_s: float) -> str | None:
        return await self._inner.find_activity(external_id, start, elapsed_s)

    async def deauthorize(self) -> None:
        await self._inner.deauthorize()


class StravaRealms:
    """Implements StravaGateway: asking for permission goes to `asking`, a session to where it was made."""

    def __init__(self, live: StravaGateway, simulated: SimulatedStrava | None, *, asks_live: bool) -> None:
        self._live = live
        self._simulated = simulated
        self._asking: StravaGateway = live if asks_live or simulated is None else simulated

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where the browser goes; without an application of our own and with the demo, the simulator."""
        return self._asking.authorize_url(state, redirect_uri)

    async def exchange_code(self, code: str, granted_scopes: frozenset[str]) -> StravaSession:
        """Code to tokens, where permission was asked for."""
        return await self._asking.exchange_code(code, granted_scopes)

    def open(self, session: StravaSession) -> StravaConnection:
        """An athlete where the session was made."""
        if session.realm == SIMULATED and self._simulated is not None:
            return self._simulated.open(session)
        return self._live.open(session)
