"""A runner's Strava, connected as the API does it."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx

from activities.sessions import STRAVA_TOKENS, strava_session_to_json
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from tests.rigs.durable import Rig


def grant(rig: Rig) -> tuple[str, frozenset[str]]:
    """A code and its scopes, as the browser brings them back."""
    page = rig.ports.strava.authorize_url("state", "http://127.0.0.1/back")
    back = httpx.get(page, follow_redirects=False).headers["location"]
    asked = parse_qs(urlsplit(back).query)
    return asked["code"][0], frozenset(asked["scope"][0].replace(" ", ",").split(","))


async def connect_strava(rig: Rig, user_id: UUID) -> None:
    """As its login step does."""
    session = await rig.ports.strava.exchange_code(*grant(rig))
    async with rig.store.begin(user_id) as work:
        await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(session))
        await work.connections.save(
            ProviderConnection(
                user_id,
                Provider.STRAVA,
                ConnectionState.CONNECTED,
                account_id=f"{session.athlete_id}-{user_id}",  # one athlete, many test runners
            )
        )


async def newest_run(rig: Rig, user_id: UUID) -> UUID:
    async with rig.store.begin(user_id) as work:
        return next(a.id for a in await work.activities.recent(20) if a.sport.is_run)
