"""What every simulated service shares."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from runcoach.simulators.clock import Clock
from runcoach.simulators.faults import FaultBoard
from runcoach.simulators.ledger import Ledger
from runcoach.simulators.request_log import RequestLog
from runcoach.simulators.store import Store

DEMO_EMAIL = "demo@runcoach.example"
DEMO_PASSWORD = "han-river-2026"  # noqa: S105  (the simulated runner's, not anybody's)


@dataclass(frozen=True)
class WorldConfig:
    """How the outside world is set up: who lives in it, since when, and where it remembers."""

    seed: int = 20_260
    today: date | None = None  # None follows the calendar
    data_dir: Path | None = None  # None keeps everything in memory
    demo_email: str = DEMO_EMAIL
    demo_password: str = DEMO_PASSWORD
    demo_name: str = "지우"


@dataclass
class Context:
    """The shared parts, built once per server."""

    config: WorldConfig
    clock: Clock
    store: Store
    ledger: Ledger
    faults: FaultBoard = field(default_factory=FaultBoard)
    requests: RequestLog = field(default_factory=RequestLog)

    @staticmethod
    def of(config: WorldConfig) -> "Context":
        clock, store = Clock(config.today), Store(config.data_dir)
        return Context(config, clock, store, Ledger(store, clock))
