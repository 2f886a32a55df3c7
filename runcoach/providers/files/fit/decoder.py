"""The port: bytes that a runner or a provider hands over, to activities."""

import logging
import struct
from collections.abc import Sequence
from dataclasses import replace

from runcoach.domain.activity import DecodedActivity
from runcoach.domain.errors import UnreadableFile
from runcoach.ports.files import ArchivedFile
from runcoach.providers.files.archive import fit_members, is_archive
from runcoach.providers.files.fit.assemble import assemble
from runcoach.providers.files.fit.fallback import read_with_fitparse
from runcoach.providers.files.fit.reader import FitFile, read_fit
from runcoach.providers.files.fit.scan import BadHeader, is_fit

MAX_FILE_BYTES = 20 * 1024 * 1024
_log = logging.getLogger(__name__)

_COLUMNAR_TROUBLE = (ValueError, IndexError, OverflowError, struct.error, MemoryError)


class FitDecoder:
    """Implements ActivityFileDecoder for FIT, alone or inside a zip. CPU-bound, no state."""

    def unpack(self, data: bytes) -> Sequence[ArchivedFile] | None:
        """The FIT files of an archive, each to be kept on its own; None where it is none."""
        return fit_members(data) if is_archive(data) else None

    def decode(self, data: bytes, file_name: str) -> tuple[DecodedActivity, ...]:
        """All sessions, oldest first within a file. Raises UnreadableFile with its reason."""
        if not data:
            raise UnreadableFile("empty")
        if len(data) > MAX_FILE_BYTES:
            raise UnreadableFile("too_large", limit_mb=MAX_FILE_BYTES // 2**20)
        return _decode_members(fit_members(data)) if is_archive(data) else decode_fit(data)


def _decode_members(members: Sequence[ArchivedFile]) -> tuple[DecodedActivity, ...]:
    """What can be read of an archive; the refusal of the first where nothing can."""
    found: list[DecodedActivity] = []
    refusals: list[UnreadableFile] = []
    for member in members:
        try:
            found += _decode_member(member)
        except UnreadableFile as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    if not refusals:
        return tuple(found)
    return tuple(replace(a, warnings=(*a.warnings, "zip_member_unreadable")) for a in found)


def _decode_member(member: ArchivedFile) -> tuple[DecodedActivity, ...]:
    if member.reason is not None:
        raise UnreadableFile(member.reason)
    return decode_fit(member.data)


def decode_fit(data: bytes) -> tuple[DecodedActivity, ...]:
    """All sessions of one FIT file. Raises UnreadableFile."""
    if not data:
        raise UnreadableFile("empty")
    if not is_fit(data):
        raise UnreadableFile("not_fit")
    return assemble(_read(data))


def _read(data: bytes) -> FitFile:
    """The columnar reader; where it refuses, the slow one may still know better."""
    try:
        return read_fit(data)
    except BadHeader:
        raise UnreadableFile("bad_header") from None
    except _COLUMNAR_TROUBLE as trouble:
        _log.warning("columnar FIT reader refused a file: %s", type(trouble).__name__)
        return read_with_fitparse(data)
