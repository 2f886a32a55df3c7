"""One look at a screen: who looks, in which words, and the calls to the API on their behalf."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import gradio as gr

from ui.client import ApiClient, ApiProblem, Caller
from ui.templating import markup, render
from ui.words import Json, Words

SKELETON = '<div class="card"><div class="skeleton" aria-hidden="true"></div></div>'


@dataclass(frozen=True)
class Visit:
    """Everything that a handler needs of the request."""

    api: ApiClient
    caller: Caller
    words: Words
    query: Json

    async def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET, as this caller. Raises ApiProblem."""
        return await self.api.get(self.caller, path, **query)

    async def get_all(self, *paths: str) -> list[Any]:
        """Several GETs at once. Raises the first ApiProblem."""
        return list(await asyncio.gather(*(self.get(path) for path in paths)))

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """JSON of a POST, as this caller. Raises ApiProblem."""
        return await self.api.post(self.caller, path, body, key=key)

    async def put(self, path: str, body: Any) -> Any:
        """JSON of a PUT, as this caller. Raises ApiProblem."""
        return await self.api.put(self.caller, path, body)

    def render(self, template: str, **values: Any) -> str:
        """A template in the words of this caller."""
        return render(template, self.words, **values)


class Screen:
    """Base of the screens: one per page and language."""

    name: str

    def __init__(self, api: ApiClient, language: str) -> None:
        self.api = api
        self.words = Words(language)

    def t(self, key: str) -> str:
        """A label."""
        return self.words.t(key)

    def visit(self, request: gr.Request) -> Visit:
        """What this request is."""
        me = getattr(request.request.state, "me", None) or {}
        address = request.client.host if request.client else None
        language = self.words.language
        caller = Caller(dict(request.cookies), language, address)
        return Visit(self.api, caller, Words.of(me, language), dict(request.query_params))

    def frame(self) -> None:
        """The bar on top of every page."""
        gr.Navbar(visible=False)
        page = markup("top.html", self.words, current=self.name)
        gr.HTML(page, padding=False)

    def problem(self, problem: ApiProblem) -> str:
        """A failure as a card: a sentence, and where to go."""
        return render("problem_card.html", self.words, problem=self.words.problem(problem), code=problem.code)

    def notice(self, text: str, kind: str = "") -> str:
        """A sentence under a button; empty text shows nothing."""
        return render("notice.html", self.words, text=text, kind=kind) if text else ""


def listen(event: Any, handler: Any, inputs: Any = None, outputs: Any = None, **options: Any) -> Any:
    """An event that is no public endpoint and dims nothing while it runs."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    return event(handler, inputs=inputs, outputs=outputs, **(quiet | options))


def or_problem[**P](
    count: int,
) -> Callable[[Callable[P, Awaitable[list[Any]]]], Callable[P, Awaitable[list[Any]]]]:
    """Of a handler with `count` outputs: a problem of the API shows in the first, the rest stay."""

    def wrap(handler: Callable[P, Awaitable[list[Any]]]) -> Callable[P, Awaitable[list[Any]]]:
        @wraps(handler)
        async def told(*args: P.args, **kwargs: P.kwargs) -> list[Any]:
            try:
                return await handler(*args, **kwargs)
            except ApiProblem as problem:
                screen: Any = args[0]
                return [screen.problem(problem), *[gr.skip()] * (count - 1)]

        return told

    return wrap
