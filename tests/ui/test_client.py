"""What the API says, as sentences; and what goes to it."""

import httpx
import pytest

from ui.client import ApiClient, ApiProblem, Caller
from ui.words import Words

ALICE = Caller({"rc_session": "secret", "other": "cookie"}, "en", "10.0.0.9")


def client_that(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> ApiClient:
    """A client whose API gives one answer."""

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ApiClient("http://api", transport=httpx.MockTransport(handle))


async def test_only_the_session_cookie_and_our_own_header_go_along() -> None:
    seen: list[httpx.Request] = []
    await client_that(httpx.Response(200, json={}), seen).post(ALICE, "/x", {"a": 1}, key="k")
    headers = seen[0].headers
    assert headers["cookie"] == "rc_session=secret"
    assert headers["x-rc-request"] == "1"
    assert headers["accept-language"] == "en"
    assert headers["idempotency-key"] == "k"
    assert "origin" not in headers


async def test_problem_becomes_what_and_next_step() -> None:
    body = {"code": "approval_changed", "detail": "The plan has changed.", "next_step": "Look again."}
    with pytest.raises(ApiProblem) as caught:
        await client_that(httpx.Response(409, json=body)).get(ALICE, "/x")
    assert Words("en").problem(caught.value) == "The plan has changed. Look again."


@pytest.mark.parametrize("failure", [httpx.ConnectError("no"), httpx.ReadTimeout("slow")])
async def test_silent_api_becomes_a_sentence(failure: Exception) -> None:
    with pytest.raises(ApiProblem) as caught:
        await client_that(failure).get(ALICE, "/x")
    assert Words("en").problem(caught.value) == "The server does not answer. Try again in a moment."


async def test_page_of_a_proxy_instead_of_json_becomes_a_sentence() -> None:
    with pytest.raises(ApiProblem) as caught:
        await client_that(httpx.Response(502, text="<html>Bad Gateway</html>")).get(ALICE, "/x")
    said = Words("ko").problem(caught.value)
    assert said == "처리하지 못했어요. 잠시 뒤에 다시 시도해 주세요."


async def test_broken_stream_is_a_problem_too() -> None:
    lines = client_that(httpx.ConnectError("no")).stream_lines(ALICE, "/x")
    with pytest.raises(ApiProblem):
        _ = [line async for line in lines]
