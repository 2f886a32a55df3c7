"""Pfaff, for sprinters: acceleration, top speed, speed endurance; long rests, easy running between.

Written sources are thin: a template, introduced and unloaded in short cycles.
"""

from runcoach.domain.plan import Method, Phase
from runcoach.planning.methods.pack import MethodPack, Session

PFAFF = MethodPack(
    method=Method.PFAFF,
    quality={
        Phase.BASE: ((Session.ACCELERATION,), (Session.HILLS, Session.ACCELERATION)),
        Phase.BUILD: ((Session.ACCELERATION, Session.MAX_VELOCITY), (Session.SPEED_ENDURANCE,)),
        Phase.PEAK: ((Session.MAX_VELOCITY,), (Session.SPEED_ENDURANCE,)),
        Phase.TAPER: ((Session.ACCELERATION,), (Session.MAX_VELOCITY,)),
        Phase.RECOVERY: ((), ()),
    },
    growth=0.03,
    deload_share=0.70,
    build_weeks=5,
    peak_weeks=4,
    by_effort=True,
    source="Pfaff & McMillan; ALTIS course notes",
)
