"""Accounts and sessions."""

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.deps import ApiDeps, CallerDep, Deps, OwnerDep, session_cookie
from api.idempotency import EffectRoute
from api.schemas.auth import InviteOut, LoginIn, MeOut, MePatch, RegisterIn
from api.security import clear_session, client_ip, set_session
from api.views.users import me_out
from runcoach.domain.errors import TooManyAttempts, WrongLogin

log = logging.getLogger(__name__)

router = APIRouter(prefix="/auth", tags=["auth"], route_class=EffectRoute)


def caller_ip(request: Request, deps: Deps) -> str:
    """Whom login attempts are counted against."""
    peer = request.client.host if request.client else ""
    return client_ip(peer, request.headers, deps.config.trusted_proxies)


ClientIp = Annotated[str, Depends(caller_ip)]


@router.post("/register", status_code=201)
async def register(body: RegisterIn, request: Request, response: Response, deps: Deps, ip: ClientIp) -> MeOut:
    """Makes an account and logs it in. The first one is the owner; later ones need an invite code."""
    user = await deps.store.accounts.register(
        email=body.email,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        invite_code=body.invite_code,
        language=body.language,
        time_zone=body.time_zone,
    )
    with suppress(TooManyAttempts):  # the account is there; whoever guessed from here logs in later
        await _open_session(deps, request, response, body.email, body.password.get_secret_value(), ip)
    return me_out(user)


@router.post("/login")
async def login(body: LoginIn, request: Request, response: Response, deps: Deps, ip: ClientIp) -> MeOut:
    """A fresh session; the one that the browser had before is over."""
    token = await _open_session(deps, request, response, body.email, body.password.get_secret_value(), ip)
    user = await deps.store.accounts.session_user(token, deps.clock.now())
    if user is None:
        raise WrongLogin()
    return me_out(user)


async def _open_session(
    deps: ApiDeps, request: Request, response: Response, email: str, password: str, ip: str
) -> str:
    accounts = deps.store.accounts
    token = await accounts.login(email, password, client_ip=ip, now=deps.clock.now())
    if token is None:
        log.info("login refused, request %s", request.state.request_id)
        raise WrongLogin()
    log.info("login taken, request %s", request.state.request_id)
    if earlier := request.cookies.get(session_cookie(deps.config)):
        await accounts.logout(earlier)
    set_session(response, token, deps.config)
    return token


@router.post("/logout", status_code=204)
async def logout(caller: CallerDep, response: Response) -> None:
    """Ends the session on the server too."""
    await caller.deps.store.accounts.logout(caller.token)
    clear_session(response, caller.deps.config)


@router.get("/me")
async def me(caller: CallerDep) -> MeOut:
    """Whose session this is."""
    return me_out(caller.user)


@router.patch("/me")
async def change_me(body: MePatch, caller: CallerDep) -> MeOut:
    """Language, units and time zone."""
    async with caller.begin() as work:
        user = await work.users.set_preferences(
            language=body.language, time_zone=body.time_zone, units=body.units
        )
    return me_out(user)


@router.post("/invites", status_code=201)
async def invite(caller: OwnerDep) -> InviteOut:
    """A code for one new account."""
    code = await caller.deps.store.accounts.create_invite(caller.user.id, caller.now)
    return InviteOut(code=code, expires_at=caller.now + timedelta(seconds=caller.deps.config.invite_ttl_s))
