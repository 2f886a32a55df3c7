"""What an engine says when it cannot go on.

These sentences are for the person at the terminal who runs `runcoach up`; runners never see them, so they
are not in the catalogues.
"""


class EngineError(Exception):
    """An engine cannot start or go on; the message is one plain sentence with what to do."""


class PortBusyError(EngineError):
    """Another program listens where one of ours should."""

    def __init__(self, part: str, port: int, setting: str, holder: str | None) -> None:
        by = f" by {holder}" if holder else ""
        super().__init__(
            f"Port {port}, meant for {part}, is already in use{by}: stop that program, "
            f"or set {setting} to another port."
        )
        self.part, self.port, self.setting = part, port, setting


class AlreadyRunningError(EngineError):
    """A second supervisor on the same data folder."""

    def __init__(self, data_dir: str, pid: int | None) -> None:
        who = f" (pid {pid})" if pid else ""
        super().__init__(
            f"RunCoach is already running on {data_dir}{who}: see `runcoach status`, or set "
            "RUNCOACH_DATA_DIR to run a second one."
        )
        self.pid = pid
