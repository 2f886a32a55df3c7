"""Settings to ports: which adapter stands behind each door."""

from datetime import timedelta

from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminGateway
from runcoach.ports.llm import LanguageModel
from runcoach.ports.strava import StravaGateway
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from runcoach.providers.garmin.source import GarminGatewayImpl
from runcoach.providers.strava.source import StravaGatewayImpl
from runcoach.settings import KeyRing, Settings
from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET
from runcoach.storage.accounts import SessionLimits
from runcoach.storage.originals import DiskOriginals
from runcoach.storage.store import PgStore
from runcoach.wiring.clock import build_clock
from runcoach.wiring.realms import GarminRealms, SimulatedStrava, StravaRealms

# Steps may read long histories in one statement; requests may not.
_STEP_STATEMENT_TIMEOUT_S = 60.0
_REQUEST_STATEMENT_TIMEOUT_S = 5.0


def build_store(settings: Settings, keyring: KeyRing | None, *, for_requests: bool) -> PgStore:
    """The store of one process. `keyring` None = it opens no secrets."""
    return PgStore(
        settings.app_database_url,
        keyring,
        build_clock(settings),
        pool_size=settings.database_pool_size,
        statement_timeout_s=_REQUEST_STATEMENT_TIMEOUT_S if for_requests else _STEP_STATEMENT_TIMEOUT_S,
        limits=SessionLimits(
            idle=timedelta(seconds=settings.session_idle_s),
            absolute=timedelta(seconds=settings.session_absolute_s),
            invite=timedelta(seconds=settings.invite_ttl_s),
        ),
    )


def build_originals(settings: Settings) -> DiskOriginals:
    """Original files, under the data folder."""
    return DiskOriginals(settings.data_dir / "originals")


def build_ports(settings: Settings, store: PgStore) -> Ports:
    """Everything that steps may use."""
    return Ports(
        clock=build_clock(settings),
        store=store,
        originals=build_originals(settings),
        garmin=build_garmin(settings),
        strava=build_strava(settings),
        decoder=FitDecoder(),
        workout_files=FitWorkoutEncoder(),
        model=build_model(settings),
    )


def build_garmin(settings: Settings) -> GarminGateway:
    """The real service, and beside it the simulated one where there is a demo athlete."""
    live = GarminGatewayImpl(
        settings.garmin_base_url,
        settings.garmin_min_interval_s,
        zero_login_delays=settings.garmin_base_url is not None,
    )
    if not settings.demo:
        return live
    simulated = GarminGatewayImpl(f"{settings.simulators_url}/garmin", 0.0, zero_login_delays=True)
    return GarminRealms(live, simulated)


def build_strava(settings: Settings) -> StravaGateway:
    """The real service, and beside it the simulated one where there is a demo athlete."""
    secret = settings.strava_client_secret.get_secret_value() if settings.strava_client_secret else None
    live = StravaGatewayImpl(settings.strava_client_id, secret, settings.strava_base_url)
    if not settings.demo:
        return live
    simulated = StravaGatewayImpl(CLIENT_ID, CLIENT_SECRET, f"{settings.simulators_url}/strava")
    return StravaRealms(live, SimulatedStrava(simulated), asks_live=settings.strava_client_id is not None)


def build_model(settings: Settings) -> LanguageModel | None:
    """The language model, or None: then the rule coach answers."""
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return None
    from runcoach.providers.llm.source import OpenAIModel  # a second to import, and most have no key

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return OpenAIModel(
        key,
        settings.openai_base_url,
        settings.openai_model,
        api=settings.llm_api,
        timeout_s=settings.llm_timeout_s,
        tiktoken_cache_dir=settings.data_dir / "tiktoken",
    )
