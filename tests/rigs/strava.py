"""A runner's Strava, connected as the API does it."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx

from activities.sessions import STRAVA_TOKENS, strava_session_to_json
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from tests.rigs.durable import Rig


def grant(rig: Rig, athlete: int | None = None) -> tuple[str, frozenset[str]]:
    """A code and its scopes, as the browser brings them back; `athlete` None is the demo's."""
    page = rig.ports.strava.authorize_url("state", "http://127.0.0.1/back")
    page += f"&athlete={athlete}" if athlete else ""
    back = httpx.get(page, follow_redirects=False).headers["location"]
    asked = parse_qs(urlsplit(back).query)
    return asked["code"][0], frozenset(asked["scope"][0].replace(" ", ",").split(","))


async def connect_strava(rig: Rig, user_id: UUID) -> None:
    """As its login step does, with an athlete of its own: another's run of the same second is a duplicate."""
    session = await rig.ports.strava.exchange_code(*grant(rig, user_id.int % 1_000_000_000 + 1))
    async with rig.store.begin(user_id) as work:
        await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(session))
        await work.connections.save(
            ProviderConnection(
                user_id,
                Provider.STRAVA,
                ConnectionState.CONNECTED,
                account_id=session.athlete_id,
            )
        )


async def newest_run(rig: Rig, user_id: UUID) -> UUID:
    async with rig.store.begin(user_id) as work:
        return next(a.id for a in await work.activities.recent(20) if a.sport.is_run)
