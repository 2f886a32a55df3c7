"""Pfitzinger: endurance, then lactate threshold with endurance, then race preparation, then taper."""

from runcoach.domain.plan import Method, Phase
from runcoach.planning.methods.pack import MethodPack, Session

PFITZINGER = MethodPack(
    method=Method.PFITZINGER,
    quality={
        Phase.BASE: ((Session.TEMPO, Session.CRUISE), (Session.REPETITION,)),
        Phase.BUILD: ((Session.TEMPO, Session.CRUISE), (Session.INTERVAL, Session.TEMPO)),
        Phase.PEAK: ((Session.INTERVAL,), (Session.TEMPO,)),
        Phase.TAPER: ((Session.INTERVAL, Session.CRUISE), (Session.REPETITION,)),
        Phase.RECOVERY: ((), ()),
    },
    growth=0.06,
    deload_share=0.75,
    build_weeks=5,
    peak_weeks=4,
    long_with_m=True,
    source="Pfitzinger & Douglas, Advanced Marathoning",
)
