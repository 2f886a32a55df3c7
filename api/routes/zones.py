"""Thresholds and zones by date."""

from uuid import UUID, uuid4

from fastapi import APIRouter

from api.accepting import recompute_soon
from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.schemas.zones import UNITS, ZoneProposalsOut, ZoneSetIn, ZoneSetOut, ZonesIn, ZonesOut
from api.views.words import word
from runcoach.domain.errors import NotFound
from runcoach.ports.storage import DatedZones, UnitOfWork

router = APIRouter(prefix="/zones", tags=["zones"], route_class=EffectRoute)

OWN = "runner"


@router.get("")
async def zones(caller: CallerDep) -> ZonesOut:
    """What is in force today, and what was."""
    async with caller.begin() as work:
        return await _all(work, caller)


@router.put("")
async def add_zones(body: ZonesIn, caller: CallerDep) -> ZonesOut:
    """Adds the runner's own; figures from their first day on follow by themselves."""
    async with caller.begin() as work:
        for item in body.items:
            await work.zones.save(_dated(item, caller))
        found = await _all(work, caller)
    await recompute_soon(caller)
    return found


@router.delete("/{zones_id}", status_code=204)
async def drop_zones(zones_id: UUID, caller: CallerDep) -> None:
    """Takes a confirmed row away; what was in force before it is so again."""
    async with caller.begin() as work:
        if all(one.id != zones_id for one in await work.zones.history()):
            raise NotFound()
        await work.zones.delete(zones_id)
    await recompute_soon(caller)


def _dated(item: ZoneSetIn, caller: Caller) -> DatedZones:
    return DatedZones(
        id=uuid4(),
        kind=item.kind,
        system=item.system,
        values=tuple(item.values),
        unit=UNITS[item.kind],
        source=OWN,
        valid_from=item.valid_from,
        confirmed_at=caller.now,
    )


async def _all(work: UnitOfWork, caller: Caller) -> ZonesOut:
    current = await work.zones.valid_on(caller.today)
    history = await work.zones.history()
    return ZonesOut(
        current=[_out(one, caller.language) for one in current],
        history=[_out(one, caller.language) for one in history],
    )


@router.get("/proposals")
async def proposals(caller: CallerDep) -> ZoneProposalsOut:
    """Estimates that nobody has confirmed."""
    async with caller.begin() as work:
        waiting = await work.zones.proposals()
    return ZoneProposalsOut(items=[_out(one, caller.language) for one in waiting])


@router.post("/proposals/{zones_id}/confirm")
async def confirm(zones_id: UUID, caller: CallerDep) -> ZoneSetOut:
    """Puts an estimate in force."""
    async with caller.begin() as work:
        confirmed = _out(await work.zones.confirm(zones_id, caller.now), caller.language)
    await recompute_soon(caller)
    return confirmed


@router.post("/proposals/{zones_id}/dismiss", status_code=204)
async def dismiss(zones_id: UUID, caller: CallerDep) -> None:
    """Forgets an estimate; what is in force cannot be dismissed."""
    async with caller.begin() as work:
        if all(one.id != zones_id for one in await work.zones.proposals()):
            raise NotFound()
        await work.zones.delete(zones_id)


def _out(zones: DatedZones, language: str) -> ZoneSetOut:
    return ZoneSetOut(
        id=zones.id,
        kind=zones.kind,
        kind_text=word("anchor.kind", zones.kind, language),
        system=zones.system,
        values=list(zones.values),
        unit=zones.unit,
        source=zones.source,
        source_text=word("anchor.method", zones.source, language),
        valid_from=zones.valid_from,
        is_confirmed=zones.confirmed_at is not None,
        formula_version=zones.formula_version,
    )
