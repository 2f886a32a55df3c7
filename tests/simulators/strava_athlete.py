"""An athlete of the simulated Strava with the real client library."""

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter
from stravalib import Client
from stravalib.util import limiter

from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET

SCOPES = "read,activity:read,activity:write"


class Rewrite(HTTPAdapter):
    """Sends what is meant for strava.com to the simulator."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        url = urlsplit(request.url)
        request.url = self.base + url.path + ("?" + url.query if url.query else "")
        kwargs["timeout"] = 10
        return super().send(request, *args, **kwargs)


class Meter(limiter.RateLimiter):
    """Keeps the last rates instead of sleeping."""

    last: Any = None

    def __call__(self, response_headers: dict[str, str], method: Any) -> None:
        self.last = limiter.get_rates_from_response_headers(response_headers, method)


class Athlete:
    """One athlete with the real client library."""

    def __init__(self, base: str, control: httpx.Client, number: int) -> None:
        self.base, self.control, self.number = base, control, number
        session = requests.Session()
        session.mount("https://www.strava.com", Rewrite(base + "/strava"))
        self.meter = Meter()
        self.client = Client(requests_session=session, rate_limiter=self.meter)

    def consent(self, **more: str) -> dict[str, list[str]]:
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": "http://127.0.0.1/back",
            "response_type": "code",
            "scope": SCOPES,
            "state": "s1",
            "athlete": str(self.number),
        }
        page = httpx.get(self.base + "/strava/oauth/authorize", params=asked | more)
        assert page.status_code == 302
        return parse_qs(urlsplit(page.headers["location"]).query)

    def connect(self, **more: str) -> dict[str, Any]:
        code = self.consent(**more)["code"][0]
        tokens, _ = self.client.exchange_code_for_token(
            int(CLIENT_ID), CLIENT_SECRET, code, return_athlete=True
        )
        return dict(tokens)

    def upload(self, content: bytes, name: str) -> Any:
        return self.client.upload_activity(io.BytesIO(content), "fit", name="Run", external_id=name)

    def effects(self) -> list[str]:
        rows = self.control.get("/ledger", params={"service": "strava", "account": str(self.number)})
        return [row["effect"] for row in rows.json()]
