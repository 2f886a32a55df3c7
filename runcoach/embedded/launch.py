"""Become another program that is told when its parent dies.

Run as a file: `python -I -S launch.py SIGNAL PARENT_PID COMMAND…`. A supervisor killed with SIGKILL cannot
stop its children, so on Linux the kernel signals them for it. A tiny program of its own instead of
`preexec_fn`, which is unsafe beside threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Ask for the signal, check that the parent did not die before the asking, become the command."""
    death_signal, parent_pid, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent_pid:
            os.kill(os.getpid(), signal.SIGKILL)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
