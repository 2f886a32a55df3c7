"""Files that runners bring, and where originals are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from runcoach.domain.activity import DecodedActivity
from runcoach.domain.workout import PlannedWorkout


@dataclass(frozen=True)
class ArchivedFile:
    """One activity file inside an archive; `reason` set where its bytes could not be taken out."""

    name: str
    data: bytes
    reason: str | None = None


class ActivityFileDecoder(Protocol):
    """Bytes to activities. CPU-bound: call it in a thread or a process of its own."""

    def unpack(self, data: bytes) -> Sequence[ArchivedFile] | None:
        """The activity files inside an archive; None where the bytes are no archive.

        Raises UnreadableFile where nothing can be taken out.
        """
        ...

    def decode(self, data: bytes, file_name: str) -> tuple[DecodedActivity, ...]:
        """All sessions of a FIT file (or of the FIT inside a provider's zip).

        Raises UnreadableFile with a reason; a truncated file gives what is whole, with a warning.
        """
        ...


class WorkoutFileEncoder(Protocol):
    """A planned workout as a FIT workout file."""

    def encode(self, workout: PlannedWorkout) -> bytes:
        """The file's bytes."""
        ...


class OriginalStore(Protocol):
    """Original files by content hash."""

    async def put(self, data: bytes) -> str:
        """Keeps `data` (temp file, fsync, rename); its SHA-256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes:
        """The bytes, hash checked. Raises NotFound, UnreadableFile('changed_on_disk')."""
        ...

    async def delete(self, sha256: str) -> None:
        """Forgets the file; one that is gone is fine."""
        ...
