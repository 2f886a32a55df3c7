"""Make the checkout importable in its virtual environment, with a `runcoach` command beside python.

Run by that environment's python. Two small files instead of an editable install, which would download a
build backend that no lock file names.
"""

import sys
import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from runcoach.cli import main

sys.exit(main())
"""


def link(site_packages: Path, scripts: Path, python: str) -> None:
    """Write the path file and the command."""
    (site_packages / "runcoach-checkout.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    command = scripts / "runcoach"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    if sys.prefix == sys.base_prefix:
        sys.exit("Run this with the python of the virtual environment.")
    link(Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts")), sys.executable)
