"""Older paths that keep answering, and say where the new ones are."""

import re
from dataclasses import dataclass

PREFIX = "/api/v1"
DEPRECATED_SINCE = "@1763683200"  # 2025-11-21, RFC 9745
SUNSET = "Sun, 21 Nov 2027 00:00:00 GMT"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), target)
    for pattern, target in (
        (r"/auth/garmin/(connect|mfa|status|disconnect)", r"/garmin/\1"),
        (r"/auth/strava/(connect|callback|status|disconnect)", r"/strava/\1"),
        (r"/chat", r"/ai/chat"),
        (r"/chat/history", r"/ai/conversations"),
        (r"/sync/run", r"/ingest/run"),
        (r"/health/(sleep|hr)", r"/\1"),
        (r"/health/body", r"/wellness"),
        (r"/plans/regenerate", r"/plans/generate"),
        (r"/plans/([0-9a-fA-F-]{36})/approve", r"/approvals/\1/approve"),
        (r"/system/usage", r"/ai/usage"),
    )
)


@dataclass(frozen=True)
class Alias:
    """Where an older path leads."""

    path: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": DEPRECATED_SINCE,
            "Sunset": SUNSET,
            "Link": f'<{self.path}>; rel="successor-version"',
        }


def find_alias(path: str) -> Alias | None:
    """The canonical path where `path` is an older one, else None."""
    if not path.startswith("/api/"):
        return None
    is_unversioned = not path.startswith(f"{PREFIX}/")
    tail = path.removeprefix("/api" if is_unversioned else PREFIX)
    for pattern, target in _RULES:
        found = pattern.fullmatch(tail)
        if found:
            return Alias(PREFIX + found.expand(target))
    return Alias(PREFIX + tail) if is_unversioned else None
