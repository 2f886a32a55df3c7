"""Temporal's UI shows payloads through here: to the owner only, and every reading leaves a row."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from api.deps import ApiConfig, Caller, OwnerDep
from runcoach.domain.errors import Invalid, NotFound

router = APIRouter(prefix="/codec", tags=["codec"])

ALLOWED_HEADERS = "content-type, x-namespace, x-rc-request"

_PAYLOADS: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.post("/decode", openapi_extra=_PAYLOADS, response_class=Response)
async def decode(request: Request, caller: OwnerDep) -> Response:
    """Opens payloads."""
    codec = _codec(caller)
    payloads = _parse(await request.body())
    await caller.deps.store.accounts.record_decode(caller.user.id, len(payloads), caller.now)
    return await _converted(request, caller.deps.config, codec.decode, payloads)


@router.post("/encode", openapi_extra=_PAYLOADS, response_class=Response)
async def encode(request: Request, caller: OwnerDep) -> Response:
    """Seals what the owner types into Temporal's UI."""
    codec = _codec(caller)
    return await _converted(request, caller.deps.config, codec.encode, _parse(await request.body()))


@router.options("/{action}", include_in_schema=False)
async def preflight(action: str, request: Request) -> Response:
    """A browser asks before it sends; only Temporal's UI may."""
    return _cors(Response(status_code=204), request, request.app.state.deps.config)


def _codec(caller: Caller) -> PayloadCodec:
    if caller.deps.codec is None:
        raise NotFound()
    return caller.deps.codec


def _parse(body: bytes) -> list[Payload]:
    try:
        return list(json_format.Parse(body, Payloads()).payloads)
    except (json_format.ParseError, UnicodeDecodeError) as wrong:
        raise Invalid(field="payloads") from wrong


async def _converted(
    request: Request,
    config: ApiConfig,
    convert: Callable[[Sequence[Payload]], Awaitable[list[Payload]]],
    payloads: list[Payload],
) -> Response:
    try:
        converted = await convert(payloads)
    except ValueError as wrong:
        raise Invalid(field="payloads") from wrong
    text = json_format.MessageToJson(Payloads(payloads=converted))
    return _cors(Response(text, media_type="application/json"), request, config)


def _cors(response: Response, request: Request, config: ApiConfig) -> Response:
    origin = request.headers.get("origin")
    if origin in config.temporal_ui_origins:
        response.headers["Access-Control-Allow-Origin"] = str(origin)
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        response.headers["Vary"] = "Origin"
    return response
