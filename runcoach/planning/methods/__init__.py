"""The five methods as data."""

from runcoach.domain.plan import Method
from runcoach.planning.methods.daniels import DANIELS
from runcoach.planning.methods.koop import KOOP
from runcoach.planning.methods.pack import MethodPack, Session
from runcoach.planning.methods.pfaff import PFAFF
from runcoach.planning.methods.pfitzinger import PFITZINGER
from runcoach.planning.methods.polarized import POLARIZED

PACKS = {pack.method: pack for pack in (DANIELS, PFITZINGER, POLARIZED, KOOP, PFAFF)}

__all__ = ["PACKS", "Method", "MethodPack", "Session"]
