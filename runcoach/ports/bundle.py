"""Everything the inner rooms get, in one frozen bundle."""

from dataclasses import dataclass

from runcoach.ports.clock import Clock
from runcoach.ports.files import ActivityFileDecoder, OriginalStore, WorkoutFileEncoder
from runcoach.ports.garmin import GarminGateway
from runcoach.ports.llm import LanguageModel
from runcoach.ports.storage import Store
from runcoach.ports.strava import StravaGateway


@dataclass(frozen=True)
class Ports:
    """Built by wiring.py only. `model` None = no key: the rule coach answers."""

    clock: Clock
    store: Store
    originals: OriginalStore
    garmin: GarminGateway
    strava: StravaGateway
    decoder: ActivityFileDecoder
    workout_files: WorkoutFileEncoder
    model: LanguageModel | None
