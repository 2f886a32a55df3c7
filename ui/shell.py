"""The pages and endpoints beside Gradio: login, language, files in and out, and buttons inside lists."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from fastapi import APIRouter, Form, Request
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from runcoach.i18n import LANGUAGES, language_or_default
from ui.client import ApiClient, ApiProblem, Caller
from ui.templating import render
from ui.words import Json, Words

STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "rc_language"
_YEAR_S = 365 * 86_400
_FILES = {"activities": "/activities/{}/fit", "workouts": "/workouts/{}/fit"}
_ACTIONS = frozenset({"retry", "skip", "abort"})

type Field = Annotated[str, Form(max_length=300)]


def caller_of(request: Request) -> Caller:
    """Whoever sent the request, in the language that fits."""
    address = request.client.host if request.client else None
    return Caller(request.cookies, language_of(request), address)


def language_of(request: Request) -> str:
    """The account's language, else what the browser chose here before, else Korean."""
    asked = request.query_params.get("lang")
    me: Json = getattr(request.state, "me", None) or {}
    return language_or_default(asked or me.get("language") or request.cookies.get(LANGUAGE_COOKIE))


def words_of(request: Request) -> Words:
    """How to speak to whoever sent the request."""
    return Words.of(getattr(request.state, "me", None) or {}, language_of(request))


class Shell:
    """The routes; `forget` is told when a session or a preference has changed."""

    def __init__(self, api: ApiClient, version: str) -> None:
        self._api = api
        self._version = version
        self.router = router = APIRouter()
        router.add_api_route("/", self.home)
        router.add_api_route("/healthz", self.live)
        router.add_api_route("/favicon.ico", self.icon)
        router.add_api_route("/manifest.json", self.manifest)
        router.add_api_route("/login", self.login_page)
        router.add_api_route("/login", self.log_in, methods=["POST"])
        router.add_api_route("/register", self.register_page)
        router.add_api_route("/register", self.register, methods=["POST"])
        router.add_api_route("/logout", self.log_out, methods=["POST"])
        router.add_api_route("/language/{language}", self.change_language, methods=["POST"])
        router.add_api_route("/uploads", self.take_files, methods=["POST"])
        router.add_api_route("/uploads/{upload_id}", self.one_upload)
        router.add_api_route("/files/{kind}/{owner_id}", self.give_file)
        router.add_api_route("/operate/{action}/{job_id:path}", self.operate, methods=["POST"])

    async def live(self) -> JSONResponse:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def icon(self) -> Response:
        """For browsers that ask by habit."""
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")

    async def manifest(self, request: Request) -> JSONResponse:
        """The app on a home screen."""
        words = words_of(request)
        icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}
        return JSONResponse(
            {"name": words.t("app.name"), "start_url": "/", "display": "standalone", "icons": [icon]}
        )

    async def home(self, request: Request) -> Response:
        """The screens in the language of the account."""
        return RedirectResponse(f"/{language_of(request)}/", 303)

    # Accounts

    async def login_page(self, request: Request, next: str = "/", problem: str = "") -> Response:
        """The form; on a demo installation with the demo login."""
        words = words_of(request)
        text = words.t("ui.error.unreachable") if problem == "unreachable" else ""
        return await self._form(request, "login.html", text, {"next": _inner(next)})

    async def log_in(
        self, request: Request, email: Field = "", password: Field = "", next: Field = "/"
    ) -> Response:
        """The API's cookie is passed on; this process keeps none."""
        body = {"email": email.strip(), "password": password}
        answer = await self._open_session(request, "/auth/login", body, _inner(next))
        if isinstance(answer, Response):
            return answer
        return await self._form(
            request, "login.html", words_of(request).problem(answer), {"next": _inner(next), "email": email}
        )

    async def register_page(self, request: Request) -> Response:
        """The first account owns the installation; later ones bring a code."""
        return await self._form(request, "register.html", "", {})

    async def register(
        self,
        request: Request,
        email: Field = "",
        password: Field = "",
        display_name: Field = "",
        invite_code: Field = "",
    ) -> Response:
        """An account, logged in at once."""
        body: dict[str, Any] = {
            "email": email.strip(),
            "password": password,
            "display_name": display_name.strip() or email.split("@")[0],
            "language": language_of(request),
        }
        if invite_code.strip():
            body["invite_code"] = invite_code.strip()
        answer = await self._open_session(request, "/auth/register", body, "/")
        if isinstance(answer, Response):
            return answer
        text = words_of(request).problem(answer)
        return await self._form(request, "register.html", text, {"email": email, "name": display_name})

    async def _open_session(
        self, request: Request, path: str, body: Json, wanted: str
    ) -> Response | ApiProblem:
        try:
            answer = await self._api.raw(caller_of(request), "POST", path, json=body)
            if answer.is_error:
                return self._api.problem_of(answer)
        except ApiProblem as problem:
            return problem
        forward = RedirectResponse(wanted, 303)
        _pass_cookies(answer, forward)
        return forward

    async def _form(self, request: Request, template: str, problem: str, values: Json) -> Response:
        words = words_of(request)
        try:
            info = await self._api.get(Caller({}, words.language), "/system/info")
        except ApiProblem as unreachable:
            info, problem = {}, problem or words.problem(unreachable)
        shown = {"next": "/", "email": "", "name": "", **values}
        page = render(template, words, problem=problem, info=info, version=self._version, **shown)
        answer = HTMLResponse(page, status_code=400 if problem and request.method == "POST" else 200)
        answer.set_cookie(
            LANGUAGE_COOKIE, words.language, max_age=_YEAR_S, httponly=True, samesite="lax", path="/"
        )
        return answer

    async def log_out(self, request: Request) -> Response:
        """Ends the session at the API, and here."""
        caller = caller_of(request)
        forward = RedirectResponse("/login", 303)
        try:
            _pass_cookies(await self._api.raw(caller, "POST", "/auth/logout"), forward)
        except ApiProblem:
            return RedirectResponse("/login?problem=unreachable", 303)
        return forward

    async def change_language(self, request: Request, language: str) -> Response:
        """Kept with the account, so that the coach and the mails speak it too."""
        if language not in LANGUAGES:
            return JSONResponse({"code": "not_found"}, 404)
        try:
            await self._api.patch(caller_of(request), "/auth/me", {"language": language})
        except ApiProblem:
            return RedirectResponse("/login?problem=unreachable", 303)
        came_from = urlsplit(request.headers.get("referer", ""))
        page = came_from.path.strip("/").partition("/")[2]
        query = f"?{came_from.query}" if came_from.query else ""
        forward = RedirectResponse(f"/{language}/{page}{query}", 303)
        forward.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax", path="/"
        )
        return forward

    # Files: streamed through, never kept here

    async def take_files(self, request: Request) -> Response:
        """The browser's upload goes on to the API as it comes."""
        headers = {"Content-Type": request.headers.get("content-type", "")}
        if "content-length" in request.headers:
            headers["Content-Length"] = request.headers["content-length"]
        return await self._relay(
            request,
            "POST",
            "/imports",
            content=request.stream(),
            headers=headers,
            timeout=httpx.Timeout(300.0),
        )

    async def one_upload(self, request: Request, upload_id: UUID) -> Response:
        """Every file of one drop, and its fate."""
        return await self._relay(request, "GET", f"/imports/{upload_id}")

    async def operate(self, request: Request, action: str, job_id: str) -> Response:
        """Retry, skip or abort a parked run."""
        if action not in _ACTIONS:
            return JSONResponse({"code": "not_found"}, 404)
        return await self._relay(request, "POST", f"/jobs/{job_id}/operate", json={"action": action})

    async def _relay(self, request: Request, method: str, path: str, **options: Any) -> Response:
        """The API's answer with a sentence beside what failed."""
        words = words_of(request)
        try:
            answer = await self._api.raw(caller_of(request), method, path, **options)
            if answer.is_error:
                raise self._api.problem_of(answer)
        except ApiProblem as problem:
            shown = {"code": problem.code, "sentence": words.problem(problem), "errors": problem.errors}
            return JSONResponse(shown, problem.status)
        return JSONResponse(answer.json(), answer.status_code)

    async def give_file(self, request: Request, kind: str, owner_id: UUID) -> Response:
        """The original of an activity, or a workout for a watch."""
        if kind not in _FILES:
            return JSONResponse({"code": "not_found"}, 404)
        try:
            answer = await self._api.open(caller_of(request), _FILES[kind].format(owner_id))
        except ApiProblem as problem:
            return HTMLResponse(
                render("problem.html", words_of(request), problem=words_of(request).problem(problem)),
                problem.status,
            )
        return StreamingResponse(
            _chunks(answer),
            headers={
                name: answer.headers[name]
                for name in ("content-type", "content-disposition", "content-length")
                if name in answer.headers
            },
        )


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_bytes():
            yield chunk
    finally:
        await answer.aclose()


def _pass_cookies(answer: httpx.Response, forward: Response) -> None:
    for cookie in answer.headers.get_list("set-cookie"):
        forward.headers.append("set-cookie", cookie)


def _inner(path: str) -> str:
    """A path of this site; anything else is the first page."""
    parts = urlsplit(path)
    is_inner = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if is_inner and "\n" not in path and "\\" not in path else "/"
