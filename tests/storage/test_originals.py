"""Original files are whole, private and checked."""

import hashlib
from pathlib import Path

import pytest

from runcoach.domain.errors import NotFound, UnreadableFile
from runcoach.storage.originals import DiskOriginals

DATA = b".FIT and so on" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def originals(tmp_path: Path) -> DiskOriginals:
    return DiskOriginals(tmp_path / "originals")


async def test_file_comes_back_by_its_hash_and_lies_there_once_and_private(
    originals: DiskOriginals, tmp_path: Path
) -> None:
    assert await originals.put(DATA) == await originals.put(DATA) == SHA256
    assert await originals.get(SHA256) == DATA
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [originals.path_of(SHA256)]
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert files[0].parent.stat().st_mode & 0o077 == 0


async def test_file_changed_on_disk_is_reported_and_replaced_by_the_next_put(
    originals: DiskOriginals,
) -> None:
    await originals.put(DATA)
    originals.path_of(SHA256).write_bytes(DATA[:-1] + b"!")
    with pytest.raises(UnreadableFile) as refused:
        await originals.get(SHA256)
    assert refused.value.reason == "changed_on_disk"
    await originals.put(DATA)
    assert await originals.get(SHA256) == DATA


async def test_file_that_is_gone_is_not_found_and_may_be_deleted(originals: DiskOriginals) -> None:
    with pytest.raises(NotFound):
        await originals.get(SHA256)
    await originals.delete(SHA256)
    await originals.put(DATA)
    await originals.delete(SHA256)
    with pytest.raises(NotFound):
        await originals.get(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, SHA256 + "/..", SHA256[:-1]])
async def test_what_is_no_hash_is_no_path(originals: DiskOriginals, name: str) -> None:
    with pytest.raises(NotFound):
        await originals.get(name)


async def test_disk_that_is_full_leaves_no_half_file(originals: DiskOriginals, tmp_path: Path) -> None:
    (tmp_path / "originals" / SHA256[:2]).mkdir(parents=True)
    (tmp_path / "originals" / SHA256[:2] / SHA256).mkdir()  # the rename cannot succeed
    with pytest.raises(OSError, match="directory"):
        await originals.put(DATA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
