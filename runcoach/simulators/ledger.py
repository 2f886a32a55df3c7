"""The append-only list of effects that a simulated service accepted: the oracle of the reliability tests."""

import json
from dataclasses import dataclass
from typing import Any

from runcoach.simulators.clock import Clock
from runcoach.simulators.store import Store


@dataclass(frozen=True)
class Entry:
    """One accepted effect."""

    seq: int
    service: str
    account: str
    effect: str
    key: str
    body: Any
    at: str


class Ledger:
    """Append and read; nothing is ever changed in it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def add(self, service: str, account: str, effect: str, key: object, body: Any = None) -> int:
        """Record that the effect was accepted, before its reply goes out."""
        text = json.dumps(body, ensure_ascii=False)
        return self._store.append((service, account, effect, str(key), text, self._clock.now().isoformat()))

    def entries(
        self,
        *,
        service: str | None = None,
        account: str | None = None,
        effect: str | None = None,
        after: int = 0,
    ) -> list[Entry]:
        """The effects in order, filtered by what is given."""
        every = (Entry(*row[:5], json.loads(row[5]), row[6]) for row in self._store.ledger_rows(after))
        wanted = {"service": service, "account": account, "effect": effect}
        asked = {name: value for name, value in wanted.items() if value is not None}
        return [e for e in every if all(getattr(e, name) == value for name, value in asked.items())]
