"""The SDK, set up so that nothing happens behind our back: no retries, and a time-out on everything."""

from urllib.parse import urlsplit

import httpx2
import openai

OPENAI_HOST = "api.openai.com"
CONNECT_TIMEOUT_S = 5.0
_NO_KEY = "none"


def build_client(api_key: str | None, base_url: str | None, timeout_s: float) -> openai.AsyncOpenAI:
    """`timeout_s` bounds each wait for the next bytes; the whole call is bounded by the caller."""
    return openai.AsyncOpenAI(
        api_key=api_key or _NO_KEY,
        base_url=base_url or f"https://{OPENAI_HOST}/v1",
        max_retries=0,
        timeout=httpx2.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
    )


def is_openai(base_url: str | None) -> bool:
    """The maker's own service, not a compatible server."""
    return base_url is None or urlsplit(base_url).hostname == OPENAI_HOST
