"""Threads for SDKs that block.

Each gateway has its own few: a login that a wall holds up for minutes, or a pace that makes calls wait, must
not use up the threads that everything else in the process shares.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


class Threads:
    """Runs blocking work; what does not fit waits its turn."""

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)

    async def run[T](self, work: Callable[[], T]) -> T:
        """The result of `work`, from another thread. A cancelled caller goes on; the work ends by itself."""
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(work))
