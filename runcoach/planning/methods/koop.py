"""Koop, for ultras: by time and feel; the intensity that is furthest from the race comes first."""

from runcoach.domain.plan import Method, Phase
from runcoach.planning.methods.pack import MethodPack, Session

KOOP = MethodPack(
    method=Method.KOOP,
    quality={
        Phase.BASE: ((Session.RUNNING_INTERVAL,), (Session.RUNNING_INTERVAL, Session.HILLS)),
        Phase.BUILD: ((Session.TEMPO_BLOCKS,), (Session.TEMPO_BLOCKS,)),
        Phase.PEAK: ((Session.STEADY_BLOCKS,), (Session.STEADY_BLOCKS,)),
        Phase.TAPER: ((Session.TEMPO_BLOCKS,), (Session.HILLS,)),
        Phase.RECOVERY: ((), ()),
    },
    growth=0.06,
    deload_share=0.70,
    build_weeks=4,
    peak_weeks=6,
    by_effort=True,
    has_strides=False,
    source="Koop, Training Essentials for Ultrarunning, 2nd ed.",
)
