"""The event loop that the API runs on."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import uvicorn


def run_as_the_api[T](work: Coroutine[Any, Any, T]) -> T:
    """Runs it on the kind of loop that uvicorn chooses."""
    with asyncio.Runner(loop_factory=uvicorn.Config("api").get_loop_factory()) as runner:
        return runner.run(work)
