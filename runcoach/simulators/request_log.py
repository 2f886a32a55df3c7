"""What was asked of the simulators, counted by route and by exact path."""

import re
from collections import Counter
from dataclasses import dataclass, field

_DATE, _NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"(?<=/)\d+(?=/|$)")


def route_of(path: str) -> str:
    """The path with dates and ids replaced by placeholders."""
    return _NUMBER.sub("{id}", _DATE.sub("{date}", path))


@dataclass
class RequestLog:
    """Counts since the start or the last reset."""

    routes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    paths: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, service: str, method: str, path: str) -> None:
        self.routes[service, method, route_of(path)] += 1
        self.paths[service, method, path] += 1

    def clear(self) -> None:
        self.routes.clear()
        self.paths.clear()
