"""Data: where it comes from, how far it has come, and what waits for a hand."""

import asyncio
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import gradio as gr

from ui.screens.visit import SKELETON, Screen, listen, or_problem
from ui.templating import render
from ui.words import Json

REFRESH_S = 2
PAGE, MOST = 20, 100
OPEN_STATES = frozenset({"running", "waiting", "paused", "parked"})
CAN_LOG_IN = frozenset({"disconnected", "reauth_required", "cooling_down"})


class DataPage(Screen):
    """Watch, Strava, files, jobs and activities."""

    name = "data"

    def build(self, blocks: gr.Blocks) -> None:
        """Components and events."""
        self.frame()
        gr.HTML(f'<h1 class="page-title">{self.t("ui.nav.data")}</h1>', padding=False)
        problem = gr.HTML(padding=False)
        with gr.Row():
            with gr.Column(min_width=320):
                garmin, garmin_events, garmin_parts = self._garmin()
            with gr.Column(min_width=320):
                strava, strava_events, strava_parts = self._strava()
                gr.HTML(self._upload_form(), padding=False)
        jobs = gr.HTML(elem_id="data-jobs", padding=False)
        coverage = gr.HTML(elem_id="data-coverage", padding=False)
        activities = gr.HTML(SKELETON, elem_id="data-activities", padding=False)
        more = gr.Button(self.t("ui.data.more"), elem_id="activities-more", visible=False)
        refresh = gr.Button("refresh", elem_id="data-refresh", elem_classes="hidden-part")
        count = gr.State(PAGE)
        signature = gr.State({})
        live = [problem, garmin, *garmin_parts, strava, *strava_parts, jobs, signature]
        slow = [coverage, activities, more]
        listen(blocks.load, self.load_live, inputs=[signature], outputs=live)
        listen(blocks.load, self.load_slow, inputs=[count], outputs=slow)
        listen(gr.Timer(REFRESH_S).tick, self.load_live, inputs=[signature], outputs=live)
        listen(gr.Timer(REFRESH_S * 10).tick, self.load_slow, inputs=[count], outputs=slow)
        again = listen(refresh.click, self.load_live, inputs=[signature], outputs=live)
        listen(again.then, self.load_slow, inputs=[count], outputs=slow)
        grown = listen(more.click, lambda n: min(n + 40, MOST), inputs=[count], outputs=[count])
        listen(grown.then, self.load_slow, inputs=[count], outputs=slow)
        for event, handler, inputs, told in (*garmin_events, *strava_events):
            done = listen(event, handler, inputs=inputs, outputs=told)
            listen(done.then, self.load_live, inputs=[signature], outputs=live)

    def _garmin(self) -> tuple[Any, list[Any], list[Any]]:
        """The watch account: its state in words, the login, the code, and the history."""
        with gr.Column(elem_classes="card"):
            state = gr.HTML(SKELETON, elem_id="garmin-state", padding=False)
            message = gr.HTML(elem_id="garmin-message", padding=False)
            with gr.Column(visible=False) as login:
                email = gr.Textbox(
                    label=self.t("ui.garmin.email"), type="email", max_lines=1, elem_id="garmin-email",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )  # fmt: skip
                password = gr.Textbox(
                    label=self.t("ui.garmin.password"), type="password", max_lines=1,
                    elem_id="garmin-password",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )  # fmt: skip
                connect = gr.Button(self.t("ui.garmin.connect"), variant="primary", elem_id="garmin-connect")
            with gr.Column(visible=False) as code_step:
                code = gr.Textbox(
                    label=self.t("ui.garmin.code"), max_lines=1, max_length=12, elem_id="garmin-mfa-code",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="one-time-code"),
                )  # fmt: skip
                send = gr.Button(
                    self.t("ui.garmin.send_code"), variant="primary", elem_id="garmin-mfa-submit"
                )
            progress = gr.HTML(elem_id="backfill-progress", padding=False)
            with gr.Row(visible=False) as steering:
                pause = gr.Button(
                    self.t("ui.backfill.pause"), elem_id="backfill-pause", size="sm", min_width=80
                )
                resume = gr.Button(
                    self.t("ui.backfill.resume"), elem_id="backfill-resume", size="sm", min_width=80
                )
                cancel = gr.Button(
                    self.t("ui.backfill.cancel"),
                    elem_id="backfill-cancel",
                    size="sm",
                    min_width=80,
                    variant="stop",
                )
            with gr.Row(visible=False) as connected:
                sync = gr.Button(self.t("ui.garmin.sync"), elem_id="garmin-sync", size="sm", min_width=90)
                history = gr.Button(
                    self.t("ui.backfill.start"), elem_id="backfill-start", size="sm", min_width=90
                )
                leave = gr.Button(
                    self.t("ui.garmin.disconnect"),
                    elem_id="garmin-disconnect",
                    size="sm",
                    min_width=90,
                    variant="stop",
                )
        events: list[Any] = [
            (connect.click, self.connect, [email, password], [message, password]),
            (password.submit, self.connect, [email, password], [message, password]),
            (send.click, self.send_code, [code], [message, code]),
            (code.submit, self.send_code, [code], [message, code]),
            (pause.click, self._does("/ingest/backfill/pause", "ui.backfill.paused"), None, [message]),
            (resume.click, self._does("/ingest/backfill/resume", "ui.backfill.resumed"), None, [message]),
            (cancel.click, self._does("/ingest/backfill/cancel", "ui.backfill.cancelled"), None, [message]),
            (sync.click, self._does("/ingest/run", "ui.garmin.syncing"), None, [message]),
            (history.click, self._does("/ingest/backfill", "ui.backfill.started"), None, [message]),
            (leave.click, self._does("/garmin/disconnect", "ui.garmin.disconnected"), None, [message]),
        ]
        return state, events, [login, code_step, progress, steering, connected]

    def _strava(self) -> tuple[Any, list[Any], list[Any]]:
        with gr.Column(elem_classes="card"):
            state = gr.HTML(SKELETON, elem_id="strava-state", padding=False)
            message = gr.HTML(elem_id="strava-message", padding=False)
            with gr.Row(visible=False) as joined:
                upload = gr.Button(
                    self.t("ui.strava.upload"), elem_id="strava-upload", size="sm", min_width=90
                )
                leave = gr.Button(
                    self.t("ui.strava.disconnect"),
                    elem_id="strava-disconnect",
                    size="sm",
                    min_width=90,
                    variant="stop",
                )
            connect = gr.Button(self.t("ui.strava.connect"), elem_id="strava-connect", visible=False)
        events: list[Any] = [
            (connect.click, self.connect_strava, None, [message]),
            (upload.click, self._does("/strava/sync/run", "ui.strava.uploading", {}), None, [message]),
            (leave.click, self._does("/strava/disconnect", "ui.strava.disconnected"), None, [message]),
        ]
        return state, events, [joined, connect]

    def _upload_form(self) -> str:
        return render("data_upload.html", self.words)

    # What is shown

    async def load_live(self, before: Json, request: gr.Request) -> list[Any]:
        """States and progress; parts that are as before stay untouched, so that nobody's typing is lost."""
        found = await self._live(request)
        now = {str(at): repr(one) for at, one in enumerate(found)}
        changed = [one if before.get(str(at)) != now[str(at)] else gr.skip() for at, one in enumerate(found)]
        return [*changed, now]

    @or_problem(11)
    async def _live(self, request: gr.Request) -> list[Any]:
        visit = self.visit(request)
        garmin, strava, status = await visit.get_all("/garmin/status", "/strava/status", "/ingest/status")
        state, backfill = garmin["state"], garmin["backfill_job"]
        is_open = bool(backfill and backfill["state"] in OPEN_STATES)
        is_joined = state == "connected"
        running = [job for job in status["jobs"] if job["state"] in OPEN_STATES]
        over = [job for job in status["jobs"] if job["state"] not in OPEN_STATES]
        return [
            "",
            visit.render("data_garmin.html", g=garmin, streams=status["streams"]),
            _seen(state in CAN_LOG_IN),
            _seen(state == "mfa_required"),
            visit.render("data_backfill.html", job=backfill, items=status["items"]),
            _seen(is_open),
            _seen(is_joined),
            visit.render("data_strava.html", s=strava),
            _seen(strava["state"] == "connected"),
            _seen(strava["is_available"] and strava["state"] != "connected"),
            visit.render("data_jobs.html", open=_parked_first(running), over=over),
        ]

    async def load_slow(self, count: int, request: gr.Request) -> list[Any]:
        """Coverage and activities."""
        return await self._slow(count, request)

    @or_problem(3)
    async def _slow(self, count: int, request: gr.Request) -> list[Any]:
        visit = self.visit(request)
        coverage, listed = await asyncio.gather(
            visit.get("/ingest/coverage"), visit.get("/activities", limit=int(count))
        )
        return [
            visit.render("data_coverage.html", c=coverage, strips=strips(coverage)),
            visit.render("data_activities.html", items=listed["items"]),
            gr.update(visible=bool(listed["next_cursor"]) and count < MOST),
        ]

    # What is done

    @or_problem(2)
    async def connect(self, email: str, password: str, request: gr.Request) -> list[Any]:
        """One login; the password is passed on and forgotten."""
        if not email.strip() or not password:
            return [self.notice(self.t("ui.garmin.missing"), "warn"), gr.skip()]
        visit = self.visit(request)
        await visit.post("/garmin/connect", {"email": email.strip(), "password": password})
        return [self.notice(self.t("ui.garmin.connecting")), ""]

    @or_problem(2)
    async def send_code(self, code: str, request: gr.Request) -> list[Any]:
        """The code that Garmin sent."""
        if len(code.strip()) < 4:
            return [self.notice(self.t("ui.garmin.code_missing"), "warn"), gr.skip()]
        answer = await self.visit(request).post("/garmin/mfa", {"code": code.strip()})
        error = answer.get("error")
        if error:
            return [self.notice(f"{error['detail']} {error['next_step'] or ''}", "bad"), ""]
        return [self.notice(self.t("ui.garmin.code_sent")), ""]

    @or_problem(1)
    async def connect_strava(self, request: gr.Request) -> list[Any]:
        """A link to Strava's own page; the browser goes there only by the runner's click."""
        answer = await self.visit(request).get("/strava/connect")
        return [self.visit(request).render("data_strava_link.html", url=answer["authorize_url"])]

    def _does(self, path: str, key: str, body: Any = None) -> Any:
        """A button that posts and says so."""

        @or_problem(1)
        async def press(screen: "DataPage", request: gr.Request) -> list[Any]:
            await screen.visit(request).post(path, body)
            return [screen.notice(screen.t(key))]

        async def pressed(request: gr.Request) -> list[Any]:
            return await press(self, request)

        return pressed


def _seen(is_there: bool) -> Any:
    return gr.update(visible=is_there)


def _parked_first(jobs: Sequence[Json]) -> list[Json]:
    return sorted(jobs, key=lambda job: not job["can_operate"])


def strips(coverage: Json) -> list[Json]:
    """Per stream: neighbouring days of one state as one piece, placed on the span of all days."""
    first = date.fromisoformat(coverage["first"]).toordinal()
    width = date.fromisoformat(coverage["last"]).toordinal() - first + 1
    counts = {one["stream"]: one for one in coverage["summary"]}
    return [
        {
            "stream": one["stream"],
            "pieces": _pieces(one["days"], first),
            "width": width,
            "count": counts[one["stream"]],
        }
        for one in coverage["streams"]
        if one["stream"] in counts
    ]


def _pieces(days: Sequence[Json], first: int) -> list[Json]:
    placed = [(date.fromisoformat(day["day"]).toordinal() - first, day["state"]) for day in days]
    found: list[Json] = []
    for _, run in groupby(enumerate(placed), lambda item: (item[1][0] - item[0], item[1][1])):
        together = [place for _, place in run]
        found.append({"at": together[0][0], "length": len(together), "state": together[0][1]})
    return found
