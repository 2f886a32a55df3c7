"""Decisions about a request before any route sees it, as functions of its headers."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Response

from api.deps import ApiConfig, session_cookie
from runcoach.domain.errors import ForeignOrigin, UnknownHost, UnsupportedMediaType

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_HEADER = "x-rc-request"
RESPONSE_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-site"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"),
)

type Headers = Mapping[str, str]


def check_host(headers: Headers, allowed_hosts: frozenset[str]) -> None:
    """The Host must be one that we answer for. Raises UnknownHost."""
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        host = None
    if host not in allowed_hosts:
        raise UnknownHost()


def check_origin(method: str, headers: Headers, allowed_origins: frozenset[str]) -> None:
    """An unsafe request comes from one of our own pages, exactly. Raises ForeignOrigin.

    Ports are no boundary for cookies, so SameSite alone does not help on a host with other apps. Without
    an Origin (programs, not browsers) our own header is asked for, which no form can send.
    """
    if method in SAFE_METHODS:
        return
    if headers.get("sec-fetch-site") == "cross-site":
        raise ForeignOrigin()
    origin = headers.get("origin")
    if origin is not None:
        if origin not in allowed_origins:
            raise ForeignOrigin()
        return
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise ForeignOrigin()
    if headers.get(OWN_HEADER) != "1" or not _is_own_referer(headers.get("referer"), allowed_origins):
        raise ForeignOrigin()


def _is_own_referer(referer: str | None, allowed_origins: frozenset[str]) -> bool:
    if referer is None:
        return True
    parts = urlsplit(referer)
    return f"{parts.scheme}://{parts.netloc}" in allowed_origins


def check_content_type(method: str, headers: Headers, *, is_upload: bool) -> None:
    """A body is JSON, an upload is multipart: what a plain form can send is not taken as JSON."""
    if method in SAFE_METHODS or not _has_body(headers):
        return
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != ("multipart/form-data" if is_upload else "application/json"):
        raise UnsupportedMediaType()


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def client_ip(peer: str, headers: Headers, trusted_proxies: frozenset[str]) -> str:
    """The nearest address that is not a trusted proxy; without trusted proxies the peer itself."""
    chain = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    address = peer
    while address in trusted_proxies and chain:
        address = chain.pop()
    return address[:64]


def set_session(response: Response, token: str, config: ApiConfig) -> None:
    """The opaque token; the browser alone keeps it."""
    response.set_cookie(
        session_cookie(config),
        token,
        max_age=config.session_absolute_s,
        path="/",
        secure=config.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, config: ApiConfig) -> None:
    """Takes the cookie away, and what the browser kept of this site's answers."""
    response.delete_cookie(
        session_cookie(config), path="/", secure=config.secure_cookies, httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'
