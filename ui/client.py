"""HTTP to the API, as the caller: her cookie, her language, and our Origin."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

PREFIX = "/api/v1"
COOKIES = ("rc_session", "__Host-rc_session")
_TIMEOUT = httpx.Timeout(15.0, connect=3.0)


@dataclass(frozen=True)
class ApiProblem(Exception):
    """What the API said instead of an answer, already in the caller's language."""

    code: str
    detail: str
    next_step: str
    status: int
    retry_after_s: float | None = None
    errors: tuple[Mapping[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """What happened and what to do."""
        return f"{self.detail} {self.next_step}".strip()


@dataclass(frozen=True)
class Caller:
    """Who looks at the screen: the cookies that the browser sent, and the wanted language."""

    cookies: Mapping[str, str]
    language: str = "ko"
    address: str | None = None

    @property
    def session(self) -> Mapping[str, str]:
        """The session cookies alone; nothing else that the browser holds goes to the API."""
        return {name: self.cookies[name] for name in COOKIES if self.cookies.get(name)}

    @property
    def is_anonymous(self) -> bool:
        """No session cookie came along."""
        return not self.session


class ApiClient:
    """One per process; every call names its caller."""

    def __init__(self, base_url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT, transport=transport)

    async def get(self, caller: Caller, path: str, **query: Any) -> Any:
        """The JSON of a GET. Raises ApiProblem."""
        known = {name: value for name, value in query.items() if value is not None}
        return _json(await self._send(caller, "GET", path, params=known))

    async def post(self, caller: Caller, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The JSON of a POST; `key` makes a repeat harmless. Raises ApiProblem."""
        headers = {"Idempotency-Key": key} if key else {}
        return _json(await self._send(caller, "POST", path, json=body, headers=headers))

    async def patch(self, caller: Caller, path: str, body: Any) -> Any:
        """The JSON of a PATCH. Raises ApiProblem."""
        return _json(await self._send(caller, "PATCH", path, json=body))

    async def put(self, caller: Caller, path: str, body: Any) -> Any:
        """The JSON of a PUT. Raises ApiProblem."""
        return _json(await self._send(caller, "PUT", path, json=body))

    async def raw(self, caller: Caller, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer as it came, whatever its status; for cookies, uploads and downloads."""
        return await self._request(caller, method, path, **options)

    def problem_of(self, answer: httpx.Response) -> ApiProblem:
        """What an answer of `raw` that is an error says."""
        return _problem(answer)

    async def open(self, caller: Caller, path: str) -> httpx.Response:
        """A download whose body is still to be read; the reader closes it. Raises ApiProblem."""
        request = self._http.build_request("GET", PREFIX + path, headers=_headers(caller))
        try:
            answer = await self._http.send(request, stream=True)
        except httpx.HTTPError as unreachable:
            raise ApiProblem("api_unreachable", "", "", 503) from unreachable
        if answer.is_error:
            await answer.aread()
            raise _problem(answer)
        return answer

    async def stream_lines(self, caller: Caller, path: str, **query: Any) -> AsyncIterator[str]:
        """Lines of a server-sent event stream, as they come. Raises ApiProblem."""
        headers = _headers(caller)
        patient = httpx.Timeout(15.0, read=60.0)
        try:
            async with self._http.stream(
                "GET", PREFIX + path, params=query, headers=headers, timeout=patient
            ) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise _problem(answer)
                async for line in answer.aiter_lines():
                    yield line
        except httpx.HTTPError as unreachable:
            raise ApiProblem("api_unreachable", "", "", 503) from unreachable

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(self, caller: Caller, method: str, path: str, **options: Any) -> httpx.Response:
        answer = await self._request(caller, method, path, **options)
        if answer.is_error:
            raise _problem(answer)
        return answer

    async def _request(self, caller: Caller, method: str, path: str, **options: Any) -> httpx.Response:
        headers = _headers(caller) | dict(options.pop("headers", {}))
        try:
            return await self._http.request(method, PREFIX + path, headers=headers, **options)
        except httpx.HTTPError as unreachable:
            raise ApiProblem("api_unreachable", "", "", 503) from unreachable


def _headers(caller: Caller) -> dict[str, str]:
    """No Origin: this is not a browser; the header that only same-origin code can set says so."""
    headers = {"Accept-Language": caller.language, "X-RC-Request": "1"}
    if caller.session:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in caller.session.items())
    if caller.address:
        headers["X-Forwarded-For"] = caller.address  # counted only where we are a trusted proxy
    return headers


def _json(answer: httpx.Response) -> Any:
    return answer.json() if answer.content else None


def _problem(answer: httpx.Response) -> ApiProblem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return ApiProblem(
        code=body.get("code", "internal"),
        detail=body.get("detail", ""),
        next_step=body.get("next_step", "") or "",
        status=answer.status_code,
        retry_after_s=body.get("retry_after_s"),
        errors=tuple(body.get("errors") or ()),
    )
