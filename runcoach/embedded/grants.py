"""What each process is allowed to know.

Every process gets only the settings that it needs: the UI no secret at all, the one that talks to the
language model no Strava secret, nobody but the migrations the owner of the tables.
"""

from collections.abc import Collection

from pydantic import SecretStr

from runcoach.settings import ALL_QUEUES, Settings, base_environment

AGENT_QUEUE = "llm"

_PORTS = {"api_port", "ui_port", "postgres_port", "temporal_port", "temporal_ui_port", "simulators_port"}
_ADDRESSES = {"bind_host", "api_base_url", "public_urls", "cookie_secure", "trusted_proxies"}
_LOGS = {"log_level", "log_json", "log_dir"}
_WORLD = {"demo", "demo_email", "world_seed", "world_today"}
_LIMITS = {"session_idle_s", "session_absolute_s", "invite_ttl_s", "upload_max_bytes", "database_pool_size"}
_LLM_SHAPE = {"openai_base_url", "openai_model", "llm_api", "llm_timeout_s"}
_EMBEDDINGS = {"embeddings_base_url", "embeddings_model", "embeddings_dimensions"}
_LLM = _LLM_SHAPE | _EMBEDDINGS | {"openai_api_key", "embeddings_api_key"}
_STRAVA = {"strava_client_id", "strava_base_url"}
_OUTSIDE = _STRAVA | {"garmin_base_url", "garmin_min_interval_s"}
_KEYS = {"vault_key", "codec_key"}
_COMMON = _PORTS | _ADDRESSES | _LOGS | _WORLD | _LIMITS | {"temporal_namespace"}

GRANTS: dict[str, set[str]] = {
    "migrations": _COMMON | {"database_url", "database_app_url"},
    "simulators": _COMMON,
    "worker": _COMMON | _OUTSIDE | _KEYS | {"strava_client_secret"},
    "worker-llm": _COMMON | _LLM | {"codec_key"},
    "api": _COMMON | _STRAVA | _KEYS | _LLM_SHAPE,
    "ui": _PORTS | _ADDRESSES | _LOGS,
}
_USES_ENGINES = ("worker", "worker-llm", "api")


def child_environment(settings: Settings, name: str) -> dict[str, str]:
    """The whole environment of one of our own processes."""
    uses_engines = name in _USES_ENGINES
    environment = base_environment(with_temporal=uses_engines) | _as_environment(settings, GRANTS[name])
    environment |= {
        "RUNCOACH_DATA_DIR": str(settings.data_dir / "ui" if name == "ui" else settings.data_dir),
        "RUNCOACH_DEMO": str(settings.demo),
        "RUNCOACH_WORKER_QUEUES": ",".join(queues_of(name)),
        "PYTHONUNBUFFERED": "1",
    }
    if uses_engines:
        environment["RUNCOACH_DATABASE_APP_URL"] = settings.app_database_url
        environment["RUNCOACH_TEMPORAL_ADDRESS"] = settings.temporal_target
        if settings.temporal_ui_url is not None:
            environment["RUNCOACH_TEMPORAL_UI_BASE_URL"] = settings.temporal_ui_url
    return environment


def queues_of(name: str) -> tuple[str, ...]:
    """The agent works apart from everything that holds a provider's credentials."""
    if name == "worker-llm":
        return (AGENT_QUEUE,)
    return tuple(queue for queue in ALL_QUEUES if queue != AGENT_QUEUE)


def _as_environment(settings: Settings, names: Collection[str]) -> dict[str, str]:
    """The named settings, as far as they were set, as environment variables for a child process."""
    values = {name: getattr(settings, name) for name in names if name in settings.model_fields_set}
    return {
        f"RUNCOACH_{name.upper()}": _as_text(value) for name, value in values.items() if value is not None
    }


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)
