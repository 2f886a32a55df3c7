"""The demo athlete: an account of our own, connected to the simulated outside world."""

import asyncio
import json
import logging
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

import httpx
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.sessions import GARMIN_LOGIN, STRAVA_TOKENS, strava_session_to_json
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.errors import Conflict, RetryLater
from runcoach.domain.plan import Goal, Method, RunnerProfile
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import User
from runcoach.settings import Settings
from runcoach.simulators.context import DEMO_EMAIL, DEMO_PASSWORD
from workflows.contracts import ConnectGarminInput
from workflows.names import CORE_QUEUE, connect_garmin_id

log = logging.getLogger(__name__)

DISPLAY_NAME = "지우"
TIME_ZONE = "Asia/Seoul"
_PASSWORD_TTL = timedelta(minutes=10)
_GOAL_AFTER = timedelta(weeks=11)
_SCOPES = frozenset({"read", "activity:write", "activity:read_all"})
_RETRY_S, _ATTEMPTS = 2.0, 60

# Somebody who trains five days a week; the simulated runner was made to the same measure.
_PROFILE = RunnerProfile(
    available_weekdays=frozenset({1, 2, 3, 5, 6}),
    long_run_weekday=6,
    quality_days_per_week=2,
    max_weekly_distance_m=None,
    method=Method.DANIELS,
    hr_max_bpm=None,
    hr_rest_bpm=None,
    threshold_hr_bpm=None,
    birth_year=1990,
    sex="female",
    injury_notes=None,
)


async def seed(settings: Settings, ports: Ports, client: Client) -> None:
    """Make sure that the demo athlete is here and connected; doing it again changes nothing."""
    for attempt in range(_ATTEMPTS):
        try:
            await _seed_once(settings, ports, client)
        except (RetryLater, httpx.HTTPError) as not_yet:
            log.info("the demo athlete waits (%s, attempt %d)", type(not_yet).__name__, attempt + 1)
            await asyncio.sleep(_RETRY_S)
        else:
            return
    log.error("the demo athlete could not be set up; restart to try again")


async def _seed_once(settings: Settings, ports: Ports, client: Client) -> None:
    user = await _account(settings, ports)
    today = settings.world_today or ports.clock.now().date()
    await _profile_and_goal(ports, user.id, today)
    await _connect_strava(settings, ports, user.id)
    await _connect_garmin(ports, client, user.id)


async def _account(settings: Settings, ports: Ports) -> User:
    if (user := await find_user(settings, ports)) is not None:
        return user
    try:
        return await ports.store.accounts.register(
            email=settings.demo_email,
            password=settings.demo_password,
            display_name=DISPLAY_NAME,
            invite_code=None,
            language="ko",
            time_zone=TIME_ZONE,
            is_demo=True,
        )
    except Conflict:  # another worker was first
        found = await find_user(settings, ports)
        if found is None:
            raise
        return found


async def find_user(settings: Settings, ports: Ports) -> User | None:
    """The demo athlete's account, among the users of her time zone."""
    after: UUID | None = None
    while page := await ports.store.accounts.page_of_users(None, after, 100):
        for user in page:
            if user.is_demo and user.email == settings.demo_email:
                return user
        after = page[-1].id
    return None


async def _profile_and_goal(ports: Ports, user_id: UUID, today: date) -> None:
    async with ports.store.begin(user_id) as work:
        if await work.users.profile() is None:
            await work.users.save_profile(_PROFILE)
        if not await work.users.goals():
            goal = Goal(
                id=uuid5(user_id, "goal"),
                kind="race",
                title="서울 하프마라톤",
                race_date=today + _GOAL_AFTER,
                race_distance_m=21_098,
                target_time_s=None,
            )
            await work.users.save_goal(goal)


async def _connect_strava(settings: Settings, ports: Ports, user_id: UUID) -> None:
    """The consent page of the simulator approves by itself; a person would click there."""
    async with ports.store.begin(user_id) as work:
        if (await work.connections.get(Provider.STRAVA)).state is not ConnectionState.DISCONNECTED:
            return
    if settings.strava_client_id is not None:
        return  # this installation asks the real Strava for permission
    url = ports.strava.authorize_url("demo", f"{settings.api_url}/api/v1/strava/callback")
    async with httpx.AsyncClient(timeout=10) as browser:
        answer = await browser.get(url, follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    session = await ports.strava.exchange_code(query["code"][0], _SCOPES)
    async with ports.store.begin(user_id) as work:
        await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(session))
        await work.connections.save(
            ProviderConnection(
                user_id,
                Provider.STRAVA,
                ConnectionState.CONNECTED,
                account_id=session.athlete_id,
                account_name=DISPLAY_NAME,
            )
        )


async def _connect_garmin(ports: Ports, client: Client, user_id: UUID) -> None:
    async with ports.store.begin(user_id) as work:
        connection = await work.connections.get(Provider.GARMIN)
        if connection.state is not ConnectionState.DISCONNECTED or connection.account_id is not None:
            return
        login = json.dumps({"email": DEMO_EMAIL, "password": DEMO_PASSWORD}).encode()
        await work.vault.seal(GARMIN_LOGIN, login, expires_at=ports.clock.now() + _PASSWORD_TTL)
    await _start(client, "ConnectGarmin", ConnectGarminInput(user_id), connect_garmin_id(user_id))


async def _start(client: Client, workflow: str, argument: object, workflow_id: str) -> None:
    try:
        await client.start_workflow(
            workflow,
            argument,
            id=workflow_id,
            task_queue=CORE_QUEUE,
            static_summary="Demo athlete's Garmin login",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    except WorkflowAlreadyStartedError:
        log.info("%s runs already", workflow)
