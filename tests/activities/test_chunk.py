"""A handful of items: what fails stops the step, or is put aside, or neither."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.chunk import Chunk
from runcoach.domain.connection import SyncItem, SyncItemState
from runcoach.domain.errors import ProviderRateLimited, ProviderUnavailable, ReauthRequired, RunCoachError

DAY = date(2026, 3, 1)


def items(count: int) -> list[SyncItem]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return [SyncItem(str(n), SyncItemState.DISCOVERED, 0, at, "", "") for n in range(count)]


async def run(count: int, errors: Mapping[str, Exception], parallel: int = 1) -> tuple[Chunk, list[str]]:
    tried: list[str] = []

    async def import_one(item: SyncItem) -> date | None:
        tried.append(item.external_id)
        await asyncio.sleep(0)
        if item.external_id in errors:
            raise errors[item.external_id]
        return DAY

    chunk = Chunk(items(count), import_one, parallel, lambda *_: None)
    await ActivityEnvironment().run(chunk.run)
    return chunk, tried


async def test_all_good_items_are_done() -> None:
    chunk, tried = await run(5, {}, parallel=3)
    assert (len(tried), chunk.poison(attempt=1)) == (5, [])


async def test_one_failing_item_lets_the_others_through_and_the_step_is_tried_again() -> None:
    chunk, tried = await run(5, {"1": ProviderUnavailable()})
    assert len(tried) == 5
    with pytest.raises(ProviderUnavailable):
        chunk.poison(attempt=1)


async def test_item_that_failed_again_and_again_is_put_aside() -> None:
    chunk, _ = await run(5, {"1": ProviderUnavailable()})
    assert [item.external_id for item, _ in chunk.poison(attempt=4)] == ["1"]


async def test_provider_that_is_down_puts_nothing_aside() -> None:
    everything = {str(n): ProviderUnavailable() for n in range(5)}
    chunk, tried = await run(5, everything)
    assert len(tried) == 3, "three errors in a row are enough"
    with pytest.raises(ProviderUnavailable):
        chunk.poison(attempt=9)


async def test_item_that_trips_over_a_bug_is_put_aside_also_where_it_is_the_last_one() -> None:
    for count in (5, 1):
        chunk, _ = await run(count, {"0": KeyError("x")})
        with pytest.raises(KeyError):
            chunk.poison(attempt=3)
        assert [item.external_id for item, _ in chunk.poison(attempt=4)] == ["0"]


async def test_bug_that_every_item_trips_over_puts_nothing_aside() -> None:
    chunk, _ = await run(5, {str(n): KeyError("x") for n in range(5)})
    with pytest.raises(KeyError):
        chunk.poison(attempt=9)


@pytest.mark.parametrize("error", [ProviderRateLimited(retry_after_s=3), ReauthRequired()])
async def test_error_that_concerns_all_stops_at_once(error: RunCoachError) -> None:
    chunk, tried = await run(5, {"1": error})
    assert tried == ["0", "1"]
    with pytest.raises(type(error)):
        chunk.poison(attempt=9)
