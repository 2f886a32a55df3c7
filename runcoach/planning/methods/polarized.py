"""80/20: four fifths of the time easy, the rest clearly hard."""

from runcoach.domain.plan import Method, Phase
from runcoach.planning.methods.pack import MethodPack, Session

POLARIZED = MethodPack(
    method=Method.POLARIZED,
    quality={
        Phase.BASE: ((Session.HILLS, Session.INTERVAL), (Session.CRUISE,)),
        Phase.BUILD: ((Session.INTERVAL,), (Session.CRUISE, Session.HILLS)),
        Phase.PEAK: ((Session.INTERVAL,), (Session.TEMPO,)),
        Phase.TAPER: ((Session.INTERVAL,), (Session.CRUISE,)),
        Phase.RECOVERY: ((), ()),
    },
    growth=0.05,
    deload_share=0.75,
    build_weeks=6,
    peak_weeks=3,
    easy_time_share=0.80,
    source="Fitzgerald, 80/20 Running; Seiler 2010",
)
