"""Failures as problem+json: one stable code each, and two sentences in the caller's language."""

import logging
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas.common import ErrorNote, FieldProblem, Problem
from runcoach.domain import errors
from runcoach.i18n import DEFAULT_LANGUAGE, LANGUAGES, error_text

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

log = logging.getLogger(__name__)

_STATUS: dict[type[errors.RunCoachError], int] = {
    errors.StorageUnavailable: 503,
    errors.OrchestratorUnavailable: 503,
    errors.TooManyAttempts: 429,
    errors.RetryLater: 503,
    errors.UnreadableFile: 422,
    errors.BudgetExceeded: 429,
    errors.PlanRefused: 422,
    errors.GiveUp: 422,
    errors.AskRunner: 409,
    errors.NotFound: 404,
    errors.NotOwner: 404,  # another user's thing is not told from one that is not there
    errors.Invalid: 422,
    errors.ApprovalExpired: 410,
    errors.NotLoggedIn: 401,
    errors.WrongLogin: 401,
    errors.OwnerOnly: 403,
    errors.ForeignOrigin: 403,
    errors.UnknownHost: 400,
    errors.MethodNotAllowed: 405,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Refused: 409,
    errors.RunCoachError: 500,
}

_BY_HTTP_STATUS: dict[int, type[errors.RunCoachError]] = {
    400: errors.Invalid,
    401: errors.NotLoggedIn,
    403: errors.ForeignOrigin,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    422: errors.Invalid,
}


class InvalidRequest(errors.Invalid):
    """A request with one or more fields that cannot be taken, each named."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(field=problems[0].field if problems else None)
        self.problems = problems


def status_of(error: errors.RunCoachError) -> int:
    """The status of the nearest ancestor in the table."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def error_note(code: str | None, language: str, data: dict[str, Any] | None = None) -> ErrorNote | None:
    """A stored error code in words."""
    if code is None:
        return None
    text = error_text(code, language, data)
    return ErrorNote(code=code, detail=text.what, next_step=text.next_step)


def problem_of(error: errors.RunCoachError, language: str, request_id: str) -> Problem:
    """The error in words. Nothing of its data is shown beside what the sentences name."""
    wait_s = _wait_of(error)
    shown = errors.NotFound() if isinstance(error, errors.NotOwner) else error
    text = error_text(shown.code, language, shown.data | {"retry_after_s": wait_s})
    return Problem(
        type=f"urn:runcoach:problem:{shown.code}",
        title=error_text(shown.code, language).what,
        status=status_of(shown),
        code=shown.code,
        detail=text.what,
        next_step=text.next_step,
        instance=request_id,
        retry_after_s=wait_s,
        errors=error.problems if isinstance(error, InvalidRequest) else None,
    )


def _wait_of(error: errors.RunCoachError) -> int | None:
    wait_s = error.retry_after_s if isinstance(error, errors.RetryLater) else error.data.get("retry_after_s")
    if isinstance(wait_s, int | float) and wait_s > 0:
        return ceil(wait_s)
    return RETRY_AFTER_S if isinstance(error, errors.RetryLater) else None


def language_of(request: Request) -> str:
    """The account's language, else the first of Accept-Language that we speak, else the default."""
    caller = getattr(request.state, "caller", None)
    if caller is not None:
        return str(caller.language)
    for part in request.headers.get("accept-language", "").split(","):
        primary = part.split(";")[0].strip().split("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    default = getattr(request.app.state, "deps", None)
    return default.config.default_language if default else DEFAULT_LANGUAGE


def respond(request: Request, error: errors.RunCoachError) -> JSONResponse:
    """The response of one error."""
    problem = problem_of(error, language_of(request), str(request.state.request_id))
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else None
    return JSONResponse(
        problem.model_dump(exclude_none=True), problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def field_problems(error: RequestValidationError) -> list[FieldProblem]:
    """Where and why, never what was sent."""
    return [
        FieldProblem(
            field=".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]), reason=item["type"]
        )
        for item in error.errors()
    ]


def install(app: FastAPI) -> None:
    """Handlers for our tree, for validation and for the framework's own refusals."""

    @app.exception_handler(errors.RunCoachError)
    async def _ours(request: Request, error: errors.RunCoachError) -> JSONResponse:
        if status_of(error) >= 500:
            log.warning("%s %s: %s", request.method, request.scope.get("route_path"), error.code)
        return respond(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return respond(request, InvalidRequest(field_problems(error)))

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> JSONResponse:
        cause = error.__cause__
        if isinstance(cause, errors.RunCoachError):
            return respond(request, cause)
        return respond(request, _BY_HTTP_STATUS.get(error.status_code, errors.Refused)())
