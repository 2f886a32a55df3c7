"""Starts one run per runner, in pages, so that one runner's failure stops nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.steps import heartbeating, step
from runcoach.ports.bundle import Ports

PAST_MIDNIGHT = timedelta(hours=3)
"""Sunday 23:00 with its jitter is already about the week that begins an hour later."""


@dataclass(frozen=True)
class WeekRequest:
    """The instant (ISO) that a schedule was meant for, and its zone."""

    time_zone: str
    at: str


@dataclass(frozen=True)
class StartPage:
    """Start `workflow` for a page of runners. `id_template` and argument `user_id` take the runner's id."""

    time_zone: str
    workflow: str
    queue: str
    id_template: str
    arguments: dict[str, Any]
    after: UUID | None
    limit: int


@dataclass(frozen=True)
class StartedPage:
    """`after` None: that was the last page."""

    started: int
    after: UUID | None


class FanoutSteps:
    """Steps of WeeklyRefresh."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("fanout.iso_week")
    async def iso_week(self, request: WeekRequest) -> str:
        """The ISO week that the plan made at that instant is for, as `2026-W47`."""
        return iso_week_of(datetime.fromisoformat(request.at), request.time_zone)

    @step("fanout.start_page")
    async def start_page(self, page: StartPage) -> StartedPage:
        """Starts what is not there yet; the id makes a repeated page harmless."""
        users = await self._ports.store.accounts.page_of_users(page.time_zone, page.after, page.limit)
        client, started = activity.client(), 0
        async with heartbeating() as tell:
            for user in users:
                try:
                    await client.start_workflow(
                        page.workflow,
                        {**page.arguments, "user_id": str(user.id)},
                        id=page.id_template.format(user=user.id),
                        task_queue=page.queue,
                        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                        priority=Priority(priority_key=3, fairness_key=str(user.id)),
                        static_summary="The week's plan",
                    )
                    started += 1
                except WorkflowAlreadyStartedError:
                    activity.logger.info("this runner had the week's plan already")
                tell(str(user.id))
        is_last = len(users) < page.limit
        return StartedPage(started, None if is_last else users[-1].id)


def iso_week_of(at: datetime, time_zone: str) -> str:
    """The week that is on three hours later on that zone's clock."""
    year, week, _ = (at + PAST_MIDNIGHT).astimezone(ZoneInfo(time_zone)).isocalendar()
    return f"{year}-W{week:02d}"
