"""Daniels: repetitions first, then intervals, then threshold and race pace; volume held, then raised."""

from runcoach.domain.plan import Method, Phase
from runcoach.planning.methods.pack import MethodPack, Session

DANIELS = MethodPack(
    method=Method.DANIELS,
    quality={
        Phase.BASE: ((Session.REPETITION, Session.CRUISE), (Session.CRUISE, Session.REPETITION)),
        Phase.BUILD: ((Session.INTERVAL,), (Session.CRUISE, Session.TEMPO)),
        Phase.PEAK: ((Session.CRUISE, Session.INTERVAL), (Session.TEMPO, Session.REPETITION)),
        Phase.TAPER: ((Session.CRUISE,), (Session.REPETITION,)),
        Phase.RECOVERY: ((), ()),
    },
    growth=0.05,
    deload_share=0.75,
    build_weeks=6,
    peak_weeks=4,
    long_with_m=True,
    source="Daniels' Running Formula, 3rd ed., ch. 4 and 6",
)
