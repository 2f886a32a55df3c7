"""Steps of the night: what is over goes away, what failed gets another chance."""

from datetime import timedelta

from activities.rounds import PageDone, RunnersPage, each_runner
from activities.steps import step
from runcoach.domain.connection import Provider
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import User

HEARD_BY_NOW = timedelta(hours=24)
"""Whoever listened to a turn has heard its end; the transcript keeps what was said."""

MOST_ATTEMPTS = 5
"""An item that failed so often is tried again only when its runner says so."""


class HousekeepingSteps:
    """Each may be repeated: what is gone is gone."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("housekeeping.sweep")
    async def sweep(self, _: None) -> int:
        """Expired sessions, invitations, secrets and idempotency keys of all runners; how many went."""
        return await self._ports.store.accounts.sweep(self._ports.clock.now())

    @step("housekeeping.tidy")
    async def tidy(self, page: RunnersPage) -> PageDone:
        """Runner by runner: heard streams go, failed items are put back in line for the next sync."""

        async def visit(user: User) -> str:
            async with self._ports.store.begin(user.id) as work:
                await work.chats.trim_events(HEARD_BY_NOW)
                retried = await work.sync_items.retry_failed(Provider.GARMIN, below_attempts=MOST_ATTEMPTS)
            return "with_items_to_retry" if retried else "tidy"

        return await each_runner(self._ports, page, visit)
