"""Rounds through all runners, page by page: one runner's failure stops nobody."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from activities.steps import heartbeating
from runcoach.domain.errors import RetryLater
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import User

FAILED = "failed"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunnersPage:
    """The next runners, in order of id."""

    after: UUID | None
    limit: int


@dataclass(frozen=True)
class PageDone:
    """How many runners had which outcome. `after` None: that was the last page."""

    after: UUID | None
    counts: Mapping[str, int] = field(default_factory=dict)


async def each_runner(ports: Ports, page: RunnersPage, visit: Callable[[User], Awaitable[str]]) -> PageDone:
    """Visits one page of runners, one after the other; `visit` names the outcome.

    Where Postgres or Temporal is away the whole page is tried again; every other failure is that runner's.
    """
    users = await ports.store.accounts.page_of_users(None, page.after, page.limit)
    counts: Counter[str] = Counter()
    async with heartbeating() as tell:
        for user in users:
            [outcome] = await asyncio.gather(visit(user), return_exceptions=True)
            if isinstance(outcome, RetryLater) or not isinstance(outcome, str | Exception):
                raise outcome
            if isinstance(outcome, Exception):
                log.warning("a runner was passed over: %s", type(outcome).__name__)
                outcome = FAILED
            counts[outcome] += 1
            tell(str(user.id))
    is_last = len(users) < page.limit
    return PageDone(None if is_last else users[-1].id, dict(counts))
