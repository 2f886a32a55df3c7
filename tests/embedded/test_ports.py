import os
import socket

import pytest

from runcoach.embedded.errors import PortBusyError
from runcoach.embedded.ports import accepts, free_port, is_free, require_free


def test_a_busy_port_is_one_sentence_with_who_holds_it_and_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PortBusyError) as busy:
            require_free("the API", port, "RUNCOACH_API_PORT")
    sentence = str(busy.value)
    assert sentence.count(".") == 1
    for part in (f"Port {port}", "the API", f"(pid {os.getpid()})", "set RUNCOACH_API_PORT"):
        assert part in sentence


def test_a_port_held_on_all_addresses_is_busy_too() -> None:
    with socket.create_server(("0.0.0.0", 0)) as holder:
        assert not is_free(holder.getsockname()[1])


def test_a_free_port_is_free_and_nobody_answers() -> None:
    port = free_port()
    assert is_free(port)
    assert not accepts(port)
