"""The seeded world: `World.build(seed, today)`."""

from runcoach.simulators.world.health import HealthDay
from runcoach.simulators.world.living import WatchWorkout, Whim
from runcoach.simulators.world.planted import PlantedTruth
from runcoach.simulators.world.session import Session, Sport
from runcoach.simulators.world.summary import Summary
from runcoach.simulators.world.world import World

__all__ = ["HealthDay", "PlantedTruth", "Session", "Sport", "Summary", "WatchWorkout", "Whim", "World"]
