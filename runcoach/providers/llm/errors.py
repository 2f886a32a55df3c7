"""From the SDK's errors to ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from json import JSONDecodeError

import httpx2
import openai
from pydantic import ValidationError

from runcoach.domain.errors import ModelRefused, ModelUnavailable, ProviderRejected, RunCoachError
from runcoach.providers.http import retry_after_s

PROVIDER = "llm"
_TEMPORARY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
_OUT_OF_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_POLICY = frozenset({"content_filter", "content_policy_violation", "invalid_prompt"})


class WrongSurface(Exception):
    """This server, or this model, wants the other of the two surfaces."""


@asynccontextmanager
async def our_errors() -> AsyncIterator[None]:
    """Whatever a call raises leaves as one of ours."""
    try:
        yield
    except openai.APIStatusError as error:
        raise _status_error(error) from None
    except (openai.APIConnectionError, httpx2.HTTPError, TimeoutError):
        raise ModelUnavailable(provider=PROVIDER) from None
    except openai.APIError as error:
        # An error inside a stream that began well.
        raise stream_error(error.code) from None
    except (openai.OpenAIError, JSONDecodeError, UnicodeDecodeError, ValidationError):
        raise ModelUnavailable(provider=PROVIDER, cause="unreadable_answer") from None


def stream_error(code: str | None) -> RunCoachError:
    """What an error event in the middle of an answer means."""
    if code in _OUT_OF_CREDIT:
        return ProviderRejected(provider=PROVIDER, cause=code)
    if code in _POLICY:
        return ModelRefused(provider=PROVIDER, cause=code)
    return ModelUnavailable(provider=PROVIDER, cause=code)


def _status_error(error: openai.APIStatusError) -> RunCoachError | WrongSurface:
    status, code = error.status_code, error.code
    if wants_other_surface(error):
        return WrongSurface()
    if code in _OUT_OF_CREDIT:
        return ProviderRejected(provider=PROVIDER, status=status, cause=code)
    if status in _TEMPORARY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = retry_after_s(error.response.headers.get("retry-after"))
        return ModelUnavailable(wait, provider=PROVIDER, status=status)
    if code in _POLICY:
        return ModelRefused(provider=PROVIDER, status=status, cause=code)
    return ProviderRejected(provider=PROVIDER, status=status, cause=code)


def wants_other_surface(error: openai.APIStatusError) -> bool:
    """No such route, or a model whose tools only work on the other one. A missing model is neither."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return error.code != "model_not_found" and "model" not in str(error.message).casefold()
    return error.status_code == HTTPStatus.BAD_REQUEST and "/v1/responses" in str(error.message)
