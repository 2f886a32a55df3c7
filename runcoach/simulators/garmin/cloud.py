"""The state of the simulated Garmin cloud: accounts, the life behind each, calendar, edits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from runcoach.simulators.context import Context
from runcoach.simulators.garmin.accounts import Account, Accounts
from runcoach.simulators.world import Session, WatchWorkout, Whim, World
from runcoach.simulators.world.world import LivedDay

_AHEAD = "garmin.ahead"
_LIVED, _EDITS, WORKOUTS, SCHEDULES = "garmin.lived", "garmin.edits", "garmin.workouts", "garmin.schedules"


class GarminCloud:
    """One cloud with many accounts; worlds are built when first looked at and caught up with today."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.accounts = Accounts(ctx)
        self._worlds: dict[str, World] = {}

    def forget(self) -> None:
        """Start over after the store was wiped: only the demo account is left."""
        self._worlds.clear()
        self.accounts = Accounts(self.ctx)

    def owner_of(self, authorization: str) -> str | None:
        """The e-mail behind a request's token."""
        account = self.accounts.bearer(authorization)
        return account.email if account else None

    def world(self, account: Account) -> World:
        """The account's athlete, alive until today."""
        world = self._worlds.get(account.email)
        if world is None:
            world = self._worlds[account.email] = self._remembered(account)
        while world.today < self.ctx.clock.today() + timedelta(days=self.days_ahead(account)):
            self._live(account, world)
        return world

    def advance(self, account: Account, days: int, whim: Whim | None = None) -> list[LivedDay]:
        """Let the athlete live on for so many days, and remember it."""
        world = self.world(account)
        lived = [self._live(account, world, whim) for _ in range(days)]
        ahead = (world.today - self.ctx.clock.today()).days
        self.ctx.store.put(_AHEAD, account.email, {"days": ahead})
        return lived

    def days_ahead(self, account: Account) -> int:
        """How far this athlete was let live on beyond the real day; it stays so far ahead."""
        return int((self.ctx.store.get(_AHEAD, account.email) or {"days": 0})["days"])

    def _remembered(self, account: Account) -> World:
        world = World.build(
            account.seed,
            date.fromisoformat(account.built_on),
            owner=account.owner,
            activities=account.activities,
        )
        for raw in (self.ctx.store.get(_LIVED, account.email) or {}).get("days", []):
            world.live([Session.from_json(session) for session in raw])
        return world

    def _live(self, account: Account, world: World, whim: Whim | None = None) -> LivedDay:
        lived = world.advance(1, lambda day: self._offered(account, day), whim)[0]
        days = [[s.to_json() for s in past.sessions] for past in world.lived]
        self.ctx.store.put(_LIVED, account.email, {"days": days})
        return lived

    def _offered(self, account: Account, day: date) -> Sequence[WatchWorkout]:
        entries = [s for s in self.schedules(account) if s["date"] == day.isoformat()]
        workouts = [self.ctx.store.get(WORKOUTS, str(s["workoutId"])) for s in entries]
        return [
            WatchWorkout(
                w["json"]["workoutId"], w["json"]["workoutName"], w["json"].get("workoutSegments") or []
            )
            for w in workouts
            if w is not None
        ]

    def schedules(self, account: Account) -> list[dict[str, Any]]:
        """The calendar entries of the account."""
        return [s for s in self.ctx.store.all(SCHEDULES).values() if s["account"] == account.email]

    def workouts(self, account: Account) -> list[dict[str, Any]]:
        """The account's workouts as they were stored, oldest first."""
        return [w["json"] for w in self.ctx.store.all(WORKOUTS).values() if w["account"] == account.email]

    def edits(self, activity_id: int) -> dict[str, Any]:
        """What was changed on the activity after it was recorded."""
        return dict(self.ctx.store.get(_EDITS, str(activity_id)) or {})

    def edit(self, activity_id: int, **changes: Any) -> None:
        """Change an activity as on the vendor's site: name, type, distance_m, deleted; others raise."""
        unknown = set(changes) - {"name", "type", "distance_m", "deleted"}
        if unknown:
            raise ValueError(f"unknown changes: {sorted(unknown)}")
        self.ctx.store.put(_EDITS, str(activity_id), self.edits(activity_id) | changes)

    def activity_ids(self, account: Account) -> list[int]:
        """What the owner sees in the list, newest first."""
        gone = {int(key) for key, edit in self.ctx.store.all(_EDITS).items() if edit.get("deleted")}
        return [i for i in self.world(account).activity_ids() if i not in gone]

    def has_activity(self, account: Account, activity_id: int) -> bool:
        return self.world(account).has_activity(activity_id) and not self.edits(activity_id).get("deleted")
