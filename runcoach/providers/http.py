"""The requests session that vendors' SDKs talk through: paced, with deadlines, with a memory of one.

The SDKs have no time-outs or too few, and hide status and headers behind exceptions that mean different
things from call to call. What decides here is the exchange itself: this session keeps the last one.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
TOTAL_TIMEOUT_S = 120.0
MAX_BODY_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024


class Pace:
    """At most one request per `min_interval_s`, whoever asks; waits in the caller's thread."""

    def __init__(self, min_interval_s: float) -> None:
        self._min_interval_s = min_interval_s
        self._next_at = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when it is this caller's turn."""
        if self._min_interval_s <= 0:
            return
        with self._lock:
            now = time.monotonic()
            turn_at = max(now, self._next_at)
            self._next_at = turn_at + self._min_interval_s
        time.sleep(max(turn_at - now, 0.0))


@dataclass(frozen=True)
class Exchange:
    """The end of one request: a status with headers, or (status None) no whole answer at all."""

    status: int | None = None
    is_html: bool = False
    retry_after_s: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """The JSON of an error answer, else None."""


class WatchedSession(requests.Session):
    """For one caller at a time; keeps the last exchange, None while there was none."""

    def __init__(
        self,
        pace: Pace | None = None,
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        super().__init__()
        self._pace = pace or Pace(0)
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._total_timeout_s = total_timeout_s
        self.last: Exchange | None = None
        # Authentication travels in headers; cookies that servers set must not pile up beside it.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def request(self, method: str | bytes, url: str | bytes, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """As requests does it, but with the body read here, against a deadline for the whole."""
        self._pace.wait()
        self.last = Exchange()
        deadline = time.monotonic() + self._total_timeout_s
        response = super().request(method, url, **{**kwargs, "timeout": self._timeout, "stream": True})
        try:
            body = _read(response, deadline)
        finally:
            response.close()
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        self.last = _exchange(response, body)
        return response


def _read(response: requests.Response, deadline: float) -> bytes:
    """The decoded body. A server that drips one byte a second never trips the read time-out; this does."""
    chunks, size = [], 0
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            chunks.append(chunk)
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("the whole answer took too long")
            if size > MAX_BODY_BYTES:
                raise requests.ConnectionError("the answer is larger than anything this service sends")
    except (OSError, EOFError) as broken:
        if isinstance(broken, requests.RequestException):
            raise
        raise requests.ConnectionError("the answer broke off") from broken
    except Exception as broken:  # noqa: BLE001 urllib3's errors and zlib's share no base below Exception
        raise requests.ConnectionError("the answer broke off") from broken
    _check_length(response, size)
    return b"".join(chunks)


def _check_length(response: requests.Response, size: int) -> None:
    declared = response.headers.get("Content-Length", "")
    is_plain = "Content-Encoding" not in response.headers
    if is_plain and declared.isdigit() and response.request.method != "HEAD" and size < int(declared):
        raise requests.ConnectionError("the answer broke off")


def _exchange(response: requests.Response, body: bytes) -> Exchange:
    return Exchange(
        status=response.status_code,
        is_html=looks_like_html(response.headers.get("Content-Type", ""), body),
        retry_after_s=retry_after_s(response.headers.get("Retry-After")),
        headers=response.headers,
        body=_error_body(response, body),
    )


def _error_body(response: requests.Response, body: bytes) -> Any:
    if response.ok:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def looks_like_html(content_type: str, body: bytes) -> bool:
    """A page for people where data was expected; the header alone is not to be trusted."""
    start = body[:256].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        "text/html" in content_type.lower() and start.startswith(b"<")
    )


def retry_after_s(value: str | None) -> float | None:
    """Seconds from a Retry-After header: a number, or an HTTP date against the clock of this machine."""
    if not value:
        return None
    text = value.strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(moment.timestamp() - time.time(), 0.0)
