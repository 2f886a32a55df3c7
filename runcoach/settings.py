"""Everything that can be set from outside, read once; the only reader of the environment.

`RUNCOACH_<FIELD>` sets a field. Five settings have the names that their makers gave them: `DATABASE_URL`,
`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `OPENAI_API_KEY` and `OPENAI_BASE_URL`. Temporal's other variables
(TLS, API key, profile) are read by `temporalio.envconfig` itself. Files of the same names under
`/run/secrets` (Docker's) work too.
"""

import base64
import os
import pwd
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DOCKER_SECRETS = Path("/run/secrets")
DATABASE_NAME = "runcoach"
OWNER_ROLE = "runcoach_owner"
APP_ROLE = "runcoach_app"
ALL_QUEUES = ("core", "garmin", "strava", "llm", "cpu")
QUEUE_PREFIX = "rc-"

Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True)
class KeyRing:
    """Named 32-byte keys: the first seals, any of them opens, so that keys can be rotated."""

    current_id: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current_id not in self.keys:
            raise ValueError("the current key is not on the ring")
        if any(len(key) != 32 for key in self.keys.values()):
            raise ValueError("a key must be 32 bytes")

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read lines of `id:base64`; the first line is the current key."""
        pairs = [line.strip().split(":", 1) for line in text.splitlines() if line.strip()]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise ValueError("a key file has lines of id:base64")
        keys = {key_id: base64.b64decode(value, validate=True) for key_id, value in pairs}
        return cls(current_id=pairs[0][0], keys=keys)


def _also(name: str, default: str | None = None) -> Any:
    """A field that is also known by the name that its maker gave it."""
    return Field(default, validation_alias=AliasChoices(f"RUNCOACH_{name}", name))


class Settings(BaseSettings):
    """One immutable answer to "how is this process set up?"."""

    model_config = SettingsConfigDict(
        env_prefix="RUNCOACH_", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    # Where things are
    data_dir: Path = Path(".runcoach")
    cache_dir: Path = Path("~/.cache/runcoach")
    bind_host: str = "127.0.0.1"
    api_port: Port = 8000
    ui_port: Port = 7860
    postgres_port: Port = 5433
    temporal_port: Port = 7233
    temporal_ui_port: Port = 8233
    simulators_port: Port = 8900
    api_base_url: str | None = None
    public_urls: Annotated[tuple[str, ...], NoDecode] = ()
    cookie_secure: bool | None = None
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()

    # Engines: None means the embedded one
    database_url: SecretStr | None = _also("DATABASE_URL")
    database_app_url: SecretStr | None = None
    database_pool_size: int = Field(10, ge=1)
    temporal_address: str | None = _also("TEMPORAL_ADDRESS")
    temporal_ui_base_url: str | None = None
    temporal_namespace: str = _also("TEMPORAL_NAMESPACE", "default")
    worker_queues: Annotated[tuple[str, ...], NoDecode] = ALL_QUEUES
    metrics_port: Port | None = None

    # Language model; none means the built-in rule coach
    openai_api_key: SecretStr | None = _also("OPENAI_API_KEY")
    openai_base_url: str | None = _also("OPENAI_BASE_URL")
    openai_model: str = "gpt-5.1"
    llm_api: Literal["auto", "responses", "chat"] = "auto"
    llm_timeout_s: float = Field(120.0, gt=0)
    embeddings_base_url: str | None = None
    embeddings_api_key: SecretStr | None = None
    embeddings_model: str | None = None
    embeddings_dimensions: int | None = Field(None, ge=1)

    # The services of others; a base URL is set only to reach a simulator
    strava_client_id: str | None = None
    strava_client_secret: SecretStr | None = None
    strava_base_url: str | None = None
    garmin_base_url: str | None = None
    garmin_min_interval_s: float = Field(0.5, ge=0)

    # The demo athlete
    demo: bool = False
    demo_email: str = "demo@runcoach.local"
    world_seed: int = 20240817
    world_today: date | None = None

    # Sessions and limits
    session_idle_s: int = Field(14 * 86_400, gt=0)
    session_absolute_s: int = Field(30 * 86_400, gt=0)
    invite_ttl_s: int = Field(7 * 86_400, gt=0)
    upload_max_bytes: int = Field(512 * 1024 * 1024, gt=0)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False
    log_dir: Path | None = None

    # Keys given from outside instead of the files in data_dir/secrets, in the same format
    vault_key: SecretStr | None = None
    codec_key: SecretStr | None = None

    @field_validator("public_urls", "trusted_proxies", "worker_queues", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _empty_secret_is_none(cls, value: object) -> object:
        return None if isinstance(value, SecretStr) and not value.get_secret_value().strip() else value

    @field_validator("worker_queues")
    @classmethod
    def _known_queues(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(value) - set(ALL_QUEUES))
        if unknown or not value:
            raise ValueError(f"queues are {', '.join(ALL_QUEUES)}; not {', '.join(unknown) or 'none'}")
        return value

    @field_validator("data_dir", "cache_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        text = str(value)
        return Path(_home() + text[1:] if text.startswith("~/") else text).absolute()

    # Addresses

    @property
    def embeds_postgres(self) -> bool:
        """Whether `up` runs its own Postgres."""
        return self.database_url is None and self.database_app_url is None

    @property
    def embeds_temporal(self) -> bool:
        """Whether `up` runs its own Temporal server."""
        return self.temporal_address is None

    @property
    def task_queues(self) -> tuple[str, ...]:
        """The Temporal task queues that this process serves when it is a worker."""
        return tuple(f"{QUEUE_PREFIX}{name}" for name in self.worker_queues)

    @property
    def temporal_target(self) -> str:
        """`host:port` of the Temporal frontend."""
        return self.temporal_address or f"127.0.0.1:{self.temporal_port}"

    @property
    def api_url(self) -> str:
        """Where the UI process reaches the API."""
        return self.api_base_url or f"http://127.0.0.1:{self.api_port}"

    @property
    def temporal_ui_url(self) -> str | None:
        """Where Temporal's UI is; None: somebody else runs Temporal and has not said."""
        embedded = f"http://127.0.0.1:{self.temporal_ui_port}" if self.embeds_temporal else None
        return self.temporal_ui_base_url or embedded

    @property
    def simulators_url(self) -> str:
        """Where the simulated outside world is."""
        return f"http://127.0.0.1:{self.simulators_port}"

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Origins that may send unsafe requests: exactly these."""
        if self.public_urls:
            return frozenset(self.public_urls)
        ports = (self.api_port, self.ui_port)
        return frozenset(f"http://{host}:{port}" for host in ("127.0.0.1", "localhost") for port in ports)

    @property
    def uses_secure_cookies(self) -> bool:
        """Whether the session cookie is for HTTPS only; follows the public addresses unless set."""
        if self.cookie_secure is not None:
            return self.cookie_secure
        return bool(self.public_urls) and all(url.startswith("https://") for url in self.public_urls)

    # Database roles: the owner migrates, the app role serves and owns nothing

    @property
    def owner_database_url(self) -> str:
        """SQLAlchemy URL (asyncpg) of the role that owns the tables, for migrations only."""
        if self.database_url is not None:
            return as_asyncpg(self.database_url.get_secret_value())
        return self._embedded_url(OWNER_ROLE)

    @property
    def app_database_url(self) -> str:
        """SQLAlchemy URL (asyncpg) of the role that the running processes use."""
        if self.database_app_url is not None:
            return as_asyncpg(self.database_app_url.get_secret_value())
        if self.database_url is not None:
            return with_login(
                as_asyncpg(self.database_url.get_secret_value()), APP_ROLE, self.role_password(APP_ROLE)
            )
        return self._embedded_url(APP_ROLE)

    @property
    def demo_password(self) -> str:
        """The demo athlete's password, made at the first start and printed by `up`."""
        return _read_or_create(self.secrets_dir / "demo.password", lambda: secrets.token_urlsafe(12))

    def role_password(self, role: str) -> str:
        """The password of a database role, made at the first asking and kept in the data folder."""
        return _read_or_create(self.secrets_dir / f"{role}.password", lambda: secrets.token_urlsafe(24))

    def _embedded_url(self, role: str) -> str:
        login = f"{role}:{quote(self.role_password(role), safe='')}"
        return f"postgresql+asyncpg://{login}@127.0.0.1:{self.postgres_port}/{DATABASE_NAME}"

    # Secrets kept in files of the data folder, mode 0600

    @property
    def secrets_dir(self) -> Path:
        """Folder of the generated secrets; never part of a backup."""
        return self.data_dir / "secrets"

    @cached_property
    def vault_keys(self) -> KeyRing:
        """Master keys that wrap the per-user keys of the token vault."""
        return self._key_ring("vault.key", self.vault_key)

    @cached_property
    def codec_keys(self) -> KeyRing:
        """Keys that Temporal payloads and failures are sealed with."""
        return self._key_ring("codec.key", self.codec_key)

    def _key_ring(self, name: str, given: SecretStr | None) -> KeyRing:
        if given is not None:
            return KeyRing.parse(given.get_secret_value())
        return KeyRing.parse(_read_or_create(self.secrets_dir / name, _new_key_line))


def load_settings(env_file: Path | None = None, **overrides: object) -> Settings:
    """Read the environment, optionally a `.env` file below it and overrides above it."""
    secrets_dir = DOCKER_SECRETS if DOCKER_SECRETS.is_dir() else None
    return Settings(_env_file=env_file, _secrets_dir=secrets_dir, **overrides)  # type: ignore[arg-type]


def base_environment(*, with_temporal: bool) -> dict[str, str]:
    """What a child process may inherit of our environment: everything but our own settings and secrets."""
    own = ["RUNCOACH_", "DATABASE_URL", "OPENAI_", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"]
    dropped = tuple(own if with_temporal else [*own, "TEMPORAL_"])
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def _home() -> str:
    """The user's home; an empty HOME counts as none, and then the account's own stands."""
    return os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir


def as_asyncpg(url: str) -> str:
    """The same database URL with SQLAlchemy's asyncpg driver named."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+asyncpg"):
        raise ValueError("the database URL must start with postgresql://")
    return f"postgresql+asyncpg://{rest}"


def with_login(url: str, user: str, password: str) -> str:
    """The same URL with another user and password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def _new_key_line() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _read_or_create(path: Path, make: Callable[[], str]) -> str:
    """The file's text; where it is absent it is made, complete and 0600, whichever process comes first."""
    if not path.exists():
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make() + "\n", encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its value stands
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
