"""Machines to test on."""

from collections.abc import Iterator

import pytest

from tests.e2e.machine import Machine, Runner


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with the demo athlete, as `make run` starts it, shared by the tests of this folder."""
    one = Machine(tmp_path_factory.mktemp("machine") / "data")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def demo(machine: Machine) -> Runner:
    """The demo athlete, logged in."""
    runner = Runner(machine)
    login = machine.login
    assert runner.log_in(login["email"], login["password"]).status_code == 200
    return runner
