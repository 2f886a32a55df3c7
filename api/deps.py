"""What the API is built from, and who is asking."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie
from temporalio.converter import PayloadCodec

from api.orchestration import Orchestrator
from runcoach.domain.errors import NotLoggedIn, OwnerOnly
from runcoach.i18n import DEFAULT_LANGUAGE
from runcoach.ports.clock import Clock
from runcoach.ports.files import OriginalStore, WorkoutFileEncoder
from runcoach.ports.storage import Store, UnitOfWork, User
from runcoach.ports.strava import StravaGateway
from runcoach.settings import Settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class DemoCredentials:
    """The demo athlete's login, shown on a demo installation only."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class ApiConfig:
    """The part of the settings that the API needs."""

    allowed_origins: frozenset[str]
    allowed_hosts: frozenset[str]
    secure_cookies: bool = False
    session_absolute_s: int = 30 * 86_400
    invite_ttl_s: int = 7 * 86_400
    default_language: str = DEFAULT_LANGUAGE
    public_api_url: str = "http://127.0.0.1:8000"
    public_ui_url: str = "http://127.0.0.1:7860"
    temporal_ui_url: str | None = None
    temporal_namespace: str = "default"
    temporal_ui_origins: frozenset[str] = frozenset()
    trusted_proxies: frozenset[str] = frozenset()
    request_max_bytes: int = 2 * MEGABYTE
    upload_max_bytes: int = 512 * MEGABYTE
    upload_file_max_bytes: int = 20 * MEGABYTE
    upload_archive_max_bytes: int = 200 * MEGABYTE
    upload_max_files: int = 100
    demo: DemoCredentials | None = None
    has_model: bool = False

    @classmethod
    def from_settings(cls, settings: Settings, demo: DemoCredentials | None = None) -> "ApiConfig":
        """Origins and hosts follow the public addresses; the first of those is where browsers are sent."""
        public = settings.public_urls
        hosts = {urlsplit(url).hostname or "" for url in (*settings.allowed_origins, settings.api_url)}
        temporal_ui = settings.temporal_ui_url
        return cls(
            allowed_origins=settings.allowed_origins,
            allowed_hosts=frozenset(hosts | {"127.0.0.1", "localhost", "::1"}),
            secure_cookies=settings.uses_secure_cookies,
            session_absolute_s=settings.session_absolute_s,
            invite_ttl_s=settings.invite_ttl_s,
            public_api_url=public[0] if public else f"http://127.0.0.1:{settings.api_port}",
            public_ui_url=public[0] if public else f"http://127.0.0.1:{settings.ui_port}",
            temporal_ui_url=temporal_ui,
            temporal_namespace=settings.temporal_namespace,
            temporal_ui_origins=_ui_origins(temporal_ui),
            trusted_proxies=frozenset(settings.trusted_proxies),
            upload_max_bytes=settings.upload_max_bytes,
            demo=demo if settings.demo else None,
            has_model=settings.openai_api_key is not None or settings.openai_base_url is not None,
        )


def _ui_origins(url: str | None) -> frozenset[str]:
    """Its origin; on this machine both names of the loopback, whichever the browser was given."""
    if url is None:
        return frozenset()
    parts = urlsplit(url)
    names = ("127.0.0.1", "localhost") if parts.hostname in ("127.0.0.1", "localhost") else (parts.hostname,)
    port = f":{parts.port}" if parts.port else ""
    return frozenset(f"{parts.scheme}://{name}{port}" for name in names)


@dataclass(frozen=True)
class ApiDeps:
    """Everything that `create_app` needs; built by wiring only.

    `strava` None = this installation has no Strava application; of it only `authorize_url` is used here.
    `codec` opens Temporal payloads for the owner; it raises ValueError on what it cannot open.
    """

    store: Store
    clock: Clock
    originals: OriginalStore
    workout_files: WorkoutFileEncoder
    orchestrator: Orchestrator
    config: ApiConfig
    strava: StravaGateway | None = None
    codec: PayloadCodec | None = None


def deps_of(request: Request) -> ApiDeps:
    """The bundle that the app was built with."""
    return cast(ApiDeps, request.app.state.deps)


Deps = Annotated[ApiDeps, Depends(deps_of)]


@dataclass(frozen=True)
class Caller:
    """Who asks, by the session alone: no request names a user."""

    user: User
    token: str
    deps: ApiDeps

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """One transaction as this user."""
        return self.deps.store.begin(self.user.id)

    @property
    def language(self) -> str:
        return self.user.language

    @property
    def runs_url(self) -> str | None:
        """Where Temporal's own UI lists runs."""
        config = self.deps.config
        base = config.temporal_ui_url
        return f"{base}/namespaces/{config.temporal_namespace}/workflows" if base else None

    @property
    def now(self) -> datetime:
        return self.deps.clock.now()

    async def is_still_in(self) -> bool:
        """Whether the session still stands: a stream outlives the look that opened it."""
        return await self.deps.store.accounts.session_user(self.token, self.now) is not None

    @property
    def today(self) -> date:
        """The runner's own day."""
        return self.now.astimezone(ZoneInfo(self.user.time_zone)).date()


def session_cookie(config: ApiConfig) -> str:
    """`__Host-` needs Secure, so it is there only with HTTPS."""
    return "__Host-rc_session" if config.secure_cookies else "rc_session"


async def find_caller(request: Request) -> Caller | None:
    """The session's user, looked up once per request."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await _look_up(request)
    return cast(Caller | None, request.state.caller)


async def _look_up(request: Request) -> Caller | None:
    deps = deps_of(request)
    token = request.cookies.get(session_cookie(deps.config))
    if not token or len(token) > 256:
        return None
    user = await deps.store.accounts.session_user(token, deps.clock.now())
    return Caller(user, token, deps) if user else None


_cookie = APIKeyCookie(name="rc_session", scheme_name="session", auto_error=False)


async def require_caller(request: Request, _: Annotated[str | None, Depends(_cookie)]) -> Caller:
    """Raises NotLoggedIn."""
    caller = await find_caller(request)
    if caller is None:
        raise NotLoggedIn()
    return caller


CallerDep = Annotated[Caller, Depends(require_caller)]


def require_owner(caller: CallerDep) -> Caller:
    """Raises OwnerOnly."""
    if not caller.user.is_owner:
        raise OwnerOnly()
    return caller


OwnerDep = Annotated[Caller, Depends(require_owner)]
