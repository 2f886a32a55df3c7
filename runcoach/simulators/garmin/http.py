"""What the routes of the simulated Garmin share: errors in the vendor's shapes, and the door."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud

Handler = Callable[[Request, Account], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def not_found() -> JSONResponse:
    return JSONResponse({"message": "HTTP 404 Not Found", "error": "NotFoundException"}, 404)


def forbidden() -> JSONResponse:
    message = "Only owner of activity allowed to access this operation"
    return JSONResponse({"message": message, "error": "UnauthorizedException"}, 403)


def bad_request(message: str) -> JSONResponse:
    return JSONResponse({"message": message, "error": "BadRequestException"}, 400)


def unauthorized() -> JSONResponse:
    return JSONResponse({"message": "Token is not active", "error": "NotAuthorizedException"}, 401)


def guarded(cloud: GarminCloud, handler: Handler) -> Endpoint:
    """The handler behind the token check."""

    async def endpoint(request: Request) -> Response:
        account = cloud.accounts.bearer(request.headers.get("authorization", ""))
        return unauthorized() if account is None else await handler(request, account)

    return endpoint
