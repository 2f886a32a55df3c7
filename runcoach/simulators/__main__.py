"""The simulated outside world as a process: `python -m runcoach.simulators --port 8900 --data-dir DIR`."""

import argparse
from datetime import date
from pathlib import Path

import uvicorn

from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import uvicorn_config


def main(arguments: list[str] | None = None) -> None:
    """Serve until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m runcoach.simulators", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data-dir", type=Path, help="where accounts, calendar and ledger outlive a restart")
    parser.add_argument("--seed", type=int, default=WorldConfig.seed)
    parser.add_argument(
        "--today", type=date.fromisoformat, help="pin the day instead of following the calendar"
    )
    asked = parser.parse_args(arguments)
    config = WorldConfig(seed=asked.seed, today=asked.today, data_dir=asked.data_dir)
    uvicorn.Server(uvicorn_config(config, asked.host, asked.port)).run()


if __name__ == "__main__":
    main()
