"""The door that is not there: what the process of the agent holds in place of watch and Strava."""

from typing import Any, NoReturn

from runcoach.domain.errors import NotConnected


class NoGateway:
    """Satisfies every gateway port; each use of it is a bug and says so."""

    def __getattr__(self, name: str) -> Any:
        raise NotConnected()

    def open(self, session: object) -> NoReturn:
        raise NotConnected()
