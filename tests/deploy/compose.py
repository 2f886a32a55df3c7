"""The compose file as Compose would see it: merged, with its variables filled in."""

import re
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
GIVEN = {"RUNCOACH_HOST": "coach.example.org"}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")

type Service = dict[str, Any]


def filled_in(text: str) -> str:
    """`${NAME:-default}` and `${NAME:?why}` as Compose replaces them; a required one must be known here."""

    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        if name in GIVEN:
            return GIVEN[name]
        assert kind == "-", f"{name} is required, and README does not say so"
        return default or ""

    return VARIABLE.sub(value, text)


def load() -> dict[str, Any]:
    """The whole file."""
    loaded = yaml.safe_load(filled_in((PROJECT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert isinstance(loaded, dict)
    return loaded


COMPOSE = load()
SERVICES: dict[str, Service] = COMPOSE["services"]
ONE_SHOTS = {
    name
    for service in SERVICES.values()
    for name, when in service.get("depends_on", {}).items()
    if when["condition"] == "service_completed_successfully"
}
LASTING = sorted(set(SERVICES) - ONE_SHOTS)
