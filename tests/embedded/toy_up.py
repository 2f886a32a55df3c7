"""A supervisor over toy parts, run as a process of its own by the tests.

Usage: python -m tests.embedded.toy_up DATA_DIR PART… where PART is NAME=PYTHON_CODE, or `postgres` for the
real one.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from runcoach.embedded.errors import EngineError
from runcoach.embedded.lock import only_supervisor
from runcoach.embedded.part import Part
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.process import ChildProcess, Command
from runcoach.embedded.status import end_leftover_children
from runcoach.embedded.supervisor import Supervisor


def toy(data_dir: Path, text: str) -> Part:
    name, _, code = text.partition("=")
    if text == "postgres":
        engine = EmbeddedPostgres(data_dir)
        return Part(
            name, engine.spawn, lambda _pid: engine.is_ready(), set_up=engine.set_up, port=engine.port
        )

    def start() -> ChildProcess:
        argv = (sys.executable, "-c", code, str(data_dir / name))
        return ChildProcess(Command(argv, data_dir / "logs" / f"{name}.log"))

    ready: Callable[[int], bool] = lambda _pid: (data_dir / name).exists()  # noqa: E731
    return Part(name, start, ready, one_shot=name == "migrations", ready_within_s=5)


def main(data_dir: Path, parts: list[str]) -> int:
    def say(sentence: str) -> None:
        print(sentence, flush=True)

    try:
        with only_supervisor(data_dir):
            for name in end_leftover_children(data_dir, grace_s=1):
                say(f"ended {name}")
            supervisor = Supervisor(data_dir, [[toy(data_dir, part)] for part in parts], say, stop_grace_s=1)
            supervisor.run(on_ready=lambda: say("READY"))
    except EngineError as reason:
        say(str(reason))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
