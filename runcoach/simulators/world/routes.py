"""Where the athlete runs: lines on the map of Seoul, with the height of the ground along them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Route:
    """A line of waypoints run out and back, or round and round when it is a loop."""

    points: tuple[tuple[float, float], ...]  # latitude, longitude
    is_loop: bool
    base_m: float
    hills: tuple[tuple[float, float], ...]  # height [m] and wavelength [m] of each wave of the ground


_HAN_EAST = (
    (37.5285, 126.9330), (37.5228, 126.9446), (37.5136, 126.9583), (37.5074, 126.9779), (37.5098, 126.9952),
    (37.5183, 127.0092), (37.5282, 127.0310), (37.5260, 127.0561), (37.5186, 127.0849), (37.5272, 127.1075),
    (37.5402, 127.1178), (37.5560, 127.1322),
)  # fmt: skip
_HAN_WEST = (
    (37.5285, 126.9330), (37.5362, 126.9198), (37.5431, 126.9038), (37.5502, 126.8876), (37.5610, 126.8701),
    (37.5736, 126.8478), (37.5868, 126.8215),
)  # fmt: skip
_YEOUIDO = (
    (37.5285, 126.9330), (37.5322, 126.9252), (37.5290, 126.9162), (37.5220, 126.9190), (37.5178, 126.9320),
    (37.5216, 126.9412), (37.5285, 126.9330),
)  # fmt: skip
_NAMSAN = (
    (37.5470, 126.9800), (37.5528, 126.9788), (37.5566, 126.9868), (37.5540, 126.9962), (37.5478, 126.9985),
    (37.5440, 126.9900), (37.5470, 126.9800),
)  # fmt: skip
_BUKHANSAN = (
    (37.6262, 126.9460), (37.6338, 126.9528), (37.6405, 126.9600), (37.6472, 126.9668), (37.6550, 126.9702),
    (37.6588, 126.9775),
)  # fmt: skip
_TRACK_CENTRE = (37.5150, 127.0725)


def _track() -> tuple[tuple[float, float], ...]:
    """A 400 m oval: two straights of 84.4 m and two half circles of 36.8 m radius."""
    radius, half = 36.8, 42.2
    turns = np.linspace(-np.pi / 2, np.pi / 2, 13)
    right = [(half + radius * np.cos(a), radius * np.sin(a)) for a in turns]
    left = [(-half - radius * np.cos(a), -radius * np.sin(a)) for a in turns]
    lat0, lon0 = _TRACK_CENTRE
    east = _METRES_PER_DEGREE * np.cos(np.radians(lat0))
    metres = [*right, *left, right[0]]
    return tuple((lat0 + y / _METRES_PER_DEGREE, lon0 + x / east) for x, y in metres)


ROUTES = {
    "han_east": Route(_HAN_EAST, False, 11.0, ((1.6, 2900.0), (0.8, 830.0))),
    "han_west": Route(_HAN_WEST, False, 10.0, ((1.9, 2300.0), (0.7, 700.0))),
    "yeouido": Route(_YEOUIDO, True, 12.0, ((1.5, 1900.0),)),
    "namsan": Route(_NAMSAN, True, 120.0, ((38.0, 2650.0), (6.0, 640.0))),
    "bukhansan": Route(_BUKHANSAN, False, 210.0, ((95.0, 5200.0), (14.0, 900.0))),
    "track": Route(_track(), True, 24.0, ()),
    "indoor": Route(_YEOUIDO, True, 0.0, ()),
}


@dataclass(frozen=True)
class _Line:
    at_m: Floats
    lat: Floats
    lon: Floats

    @property
    def length_m(self) -> float:
        return float(self.at_m[-1])


@cache
def _line(name: str) -> _Line:
    points = np.array(ROUTES[name].points)
    north = np.diff(points[:, 0]) * _METRES_PER_DEGREE
    east = np.diff(points[:, 1]) * _METRES_PER_DEGREE * np.cos(np.radians(points[:-1, 0]))
    at_m = np.concatenate(([0.0], np.cumsum(np.hypot(north, east))))
    return _Line(at_m, points[:, 0], points[:, 1])


def _along(name: str, distance_m: Floats, total_m: float) -> Floats:
    """Place on the line after a distance: out to the middle and back, or the rest of the last lap."""
    length = _line(name).length_m
    if ROUTES[name].is_loop:
        rounds: Floats = distance_m % length
        return rounds
    turn = min(total_m / 2, length)
    folded: Floats = turn - np.abs(distance_m % (2 * turn) - turn)
    return folded


def altitude_m(name: str, distance_m: Floats, total_m: float) -> Floats:
    """Height of the ground after a distance [m]; whole waves on a loop, so that laps meet."""
    route, place = ROUTES[name], _along(name, distance_m, total_m)
    height = np.full_like(place, route.base_m)
    for amplitude, wavelength in route.hills:
        length = _line(name).length_m
        waves = max(1, round(length / wavelength))
        height += amplitude * (1.0 - np.cos(2 * np.pi * waves * place / length)) / 2.0
    return height


def positions(name: str, distance_m: Floats, aside_m: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude after a distance, with the receiver's wander to the side [degrees]."""
    line = _line(name)
    total = float(distance_m[-1]) if len(distance_m) else 0.0
    place = _along(name, distance_m, total)
    lat = np.interp(place, line.at_m, line.lat) + aside_m / _METRES_PER_DEGREE
    lon = np.interp(place, line.at_m, line.lon) + aside_m * 0.6 / _METRES_PER_DEGREE
    return lat, lon
