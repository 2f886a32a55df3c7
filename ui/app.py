"""The screens: a FastAPI shell (login, uploads, language) around two Gradio mounts, `/ko` and `/en`.

This process holds no secret and no database pool. It asks `/api/v1` with the cookie of whoever looks.

Ids that tests and bookmarks may rely on:
login-email, login-password, login-submit, login-demo, register-link, nav-today, nav-chat, nav-plan, nav-data,
language-ko, language-en, logout
today-hero, today-week, today-approvals, today-fitness, today-volume, today-body, today-sync, today-recent
chat-log, chat-input, chat-send, chat-stop, chat-new, chat-chip-1 … 4, chat-proposal-link
plan-generate, plan-message, plan-proposal, proposal-approve, proposal-reason, proposal-reject, plan-push,
push-count, plan-calendar, plan-goal, goal-race, goal-day, goal-time, goal-days, goal-long-run, goal-quality,
goal-method, goal-save, goal-message
garmin-state, garmin-message, garmin-email, garmin-password, garmin-connect, garmin-mfa-code,
garmin-mfa-submit, garmin-sync, garmin-disconnect, backfill-progress, backfill-start, backfill-pause,
backfill-resume, backfill-cancel, strava-state, strava-message, strava-connect, strava-authorize,
strava-upload, strava-newest, upload-files, upload-send, upload-results, data-jobs, data-coverage,
data-activities, activities-more
activity-header, activity-streams, activity-laps, activity-zones
Of text fields made by Gradio (chat-input, garmin-*, proposal-reason) the id is on the frame: `#id textarea`
or `#id input` is the field. Buttons of jobs in lists have classes: job-retry, job-skip, job-abort. States
stand as attributes: `[data-state]`, `[data-push-state]`, `[data-job-kind]`.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: it asks at import

import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from runcoach import VERSION
from runcoach.i18n import LANGUAGES, t
from runcoach.settings import Settings
from ui.client import ApiClient
from ui.guard import Guard
from ui.look import head, theme
from ui.screens import build_pages
from ui.shell import STATIC, Shell


def create_app(settings: Settings, *, api: ApiClient | None = None) -> ASGIApp:
    """The ASGI app of the UI process; `api` only where a test brings its own."""
    client = api or ApiClient(settings.api_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.close()

    app = FastAPI(title="RunCoach", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(Shell(client, VERSION).router)
    app.mount("/static", StaticFiles(directory=STATIC))
    for language in LANGUAGES:
        _mount(app, client, language)
    hosts = {urlsplit(url).hostname or "" for url in settings.allowed_origins}
    return Guard(
        app,
        client,
        origins=settings.allowed_origins,
        hosts=frozenset(hosts | {"127.0.0.1", "localhost", "::1"}),
    )


def _mount(app: FastAPI, client: ApiClient, language: str) -> None:
    blocks = build_pages(client, language)
    blocks.has_launched = True  # else Gradio's own path checks stay off in a mounted app
    blocks.queue(default_concurrency_limit=20)
    gr.mount_gradio_app(
        app,
        blocks,
        path=f"/{language}",
        theme=theme(),
        head=head(t("app.name", language)),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=0,
    )
