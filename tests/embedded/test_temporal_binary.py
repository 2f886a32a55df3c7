import os
import threading
import time
from pathlib import Path

import pytest

from runcoach.embedded.errors import EngineError
from runcoach.embedded.temporal_binary import Places, find_binary, obtain_binary


def program(path: Path, prints: str, also: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{also}\necho '{prints}'\n")
    path.chmod(0o755)
    return path


def version(cli: str, server: str = "1.31.2") -> str:
    return f"temporal version {cli} (Server {server}, UI 2.50.1)"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    path = f"{tmp_path / 'path'}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return Places(tmp_path / "data", tmp_path / "cache", path, tmp_path / "module")


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real download, with the way out closed: what a machine without Temporal's site sees."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")


def test_path_comes_before_the_data_folder_and_that_before_the_cache(places: Places, tmp_path: Path) -> None:
    program(places.cached, version("1.8.2"))
    assert str(find_binary(places)).endswith(f"from your cache: {places.cached}")
    program(places.data_dir / "bin" / "temporal", version("1.8.2"))
    assert "from the data folder" in str(find_binary(places))
    program(tmp_path / "path" / "temporal", version("1.9.0", "1.32.0"))
    found = find_binary(places)
    assert found is not None
    assert (found.source, found.cli, found.server) == ("PATH", (1, 9, 0), (1, 32, 0))


@pytest.mark.parametrize(
    "prints", [version("1.8.1", "1.31.1"), version("1.5.1", "1.29.1"), "temporal, but which?", ""]
)
def test_an_old_or_unknown_program_on_path_is_passed_over(
    places: Places, tmp_path: Path, prints: str
) -> None:
    program(tmp_path / "path" / "temporal", prints)
    program(places.cached, version("1.8.2"))
    assert "from your cache" in str(find_binary(places))


def test_a_build_without_a_version_is_known_by_its_server(places: Places) -> None:
    program(places.cached, version("0.0.0-DEV"))
    found = find_binary(places)
    assert found is not None
    assert found.server == (1, 31, 2)


@pytest.mark.usefixtures("no_download")
def test_without_a_download_it_is_built_with_go_into_the_cache(places: Places, tmp_path: Path) -> None:
    places.go_module.mkdir()
    (places.go_module / "go.mod").touch()
    finished = f'#!/bin/sh\necho "{version("1.8.2")}"\n'
    go = (
        'if [ "$1" = env ]; then echo /a; echo /b; exit; fi\n'
        f'while [ "$1" != -o ]; do shift; done\ncat > "$2" <<\'END\'\n{finished}END\n'
    )
    program(tmp_path / "path" / "go", "", also=go)
    said: list[str] = []
    found = obtain_binary(places, said.append)
    assert found.path == places.cached
    assert ["building it with Go" in line for line in said].count(True) == 1
    assert "ready after" in said[-1]


@pytest.mark.usefixtures("no_download")
def test_when_no_way_works_one_sentence_says_what_to_do(places: Places) -> None:
    with pytest.raises(EngineError, match=r"cannot be reached.*no Go.*TEMPORAL_ADDRESS"):
        obtain_binary(Places(places.data_dir, places.cache_dir, "/nowhere", places.go_module), lambda _: None)
    assert not places.cached.exists()


def test_a_second_start_waits_for_the_one_that_is_fetching(places: Places) -> None:
    import fcntl

    places.cached.parent.mkdir(parents=True)
    said: list[str] = []
    results: list[object] = []
    with (places.cached.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=lambda: results.append(obtain_binary(places, said.append)))
        waiting.start()
        deadline = time.monotonic() + 5
        while not said and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "waiting for that" in said[0]
        program(places.cached, version("1.8.2"))
    waiting.join(10)
    assert "from your cache" in str(results[0])
