"""The simulated Garmin cloud as one ASGI app, to be mounted under `/garmin`."""

from starlette.routing import Router

from runcoach.simulators.garmin.activities import Activities
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.health import Health
from runcoach.simulators.garmin.login import Login
from runcoach.simulators.garmin.profile import Profile
from runcoach.simulators.garmin.workouts import Workouts


def garmin_app(cloud: GarminCloud) -> Router:
    """Every route of the cloud."""
    rooms = (Login(cloud), Profile(cloud), Activities(cloud), Health(cloud), Workouts(cloud))
    return Router([route for room in rooms for route in room.routes()])
