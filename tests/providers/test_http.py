"""The session under the SDKs: what it does when an answer comes late, broken, endless or not at all."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate

import pytest
import requests

from runcoach.providers.http import Exchange, Pace, WatchedSession, looks_like_html, retry_after_s

type Speaker = Callable[[socket.socket], None]


@contextmanager
def a_server(speak: Speaker) -> Iterator[str]:
    """Answers each connection with what `speak` sends, byte for byte."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.recv(65_536)
                try:
                    speak(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        done.set()
        thread.join(timeout=5)
        listener.close()


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}",
             "Connection: close", *headers]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def saying(data: bytes) -> Speaker:
    return lambda connection: connection.sendall(data)


def test_whole_answer_is_read_and_remembered():
    session = WatchedSession()
    with a_server(saying(answer(b'{"a": 1}', "Content-Type: application/json"))) as url:
        assert session.get(url).json() == {"a": 1}
    assert session.last is not None
    assert (session.last.status, session.last.is_html, session.last.body) == (200, False, None)


def test_packed_answer_is_unpacked():
    body = gzip.compress(b'{"a": 1}')
    with a_server(saying(answer(body, "Content-Encoding: gzip"))) as url:
        assert WatchedSession().get(url).json() == {"a": 1}


@pytest.mark.parametrize(
    "data",
    [
        answer(b'{"a": 1', length=500),
        answer(gzip.compress(b"x" * 5_000)[:30], "Content-Encoding: gzip", length=45),
        answer(b"not gzip at all", "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo",
        b"",
        b"SMTP ready\r\n",
    ],
    ids=["cut", "cut gzip", "no gzip", "cut chunks", "nothing", "another protocol"],
)
def test_broken_answer_is_a_broken_connection_and_no_exchange(data: bytes):
    session = WatchedSession()
    with a_server(saying(data)) as url, pytest.raises(requests.RequestException):
        session.get(url)
    assert session.last == Exchange()


def test_silence_ends_at_the_read_time_out():
    with a_server(lambda _: time.sleep(1.5)) as url:
        started = time.monotonic()
        with pytest.raises(requests.RequestException):
            WatchedSession(read_timeout_s=0.3).get(url)
        assert time.monotonic() - started < 1.4


def test_dripping_answer_ends_at_the_total_time_out():
    def drip(connection: socket.socket) -> None:
        connection.sendall(answer(b"", length=10_000))
        for _ in range(50):
            connection.sendall(b"x")
            time.sleep(0.05)

    with a_server(drip) as url:
        started = time.monotonic()
        with pytest.raises(requests.RequestException):
            WatchedSession(read_timeout_s=5, total_timeout_s=0.4).get(url)
        assert time.monotonic() - started < 2


def test_endless_answer_ends_at_the_size(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runcoach.providers.http.MAX_BODY_BYTES", 100_000)
    with a_server(saying(answer(bytes(1_000_000)))) as url, pytest.raises(requests.RequestException):
        WatchedSession().get(url)


def test_packed_bomb_ends_at_the_size(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runcoach.providers.http.MAX_BODY_BYTES", 100_000)
    body = gzip.compress(bytes(20_000_000))
    with (
        a_server(saying(answer(body, "Content-Encoding: gzip"))) as url,
        pytest.raises(requests.RequestException),
    ):
        WatchedSession().get(url)


def test_cookies_of_the_service_are_not_kept():
    session = WatchedSession()
    with a_server(saying(answer(b"{}", "Set-Cookie: a=b; Path=/"))) as url:
        session.get(url)
    assert len(session.cookies) == 0


@pytest.mark.parametrize(
    ("kind", "body", "is_page"),
    [
        ("text/html", b"<!DOCTYPE html><html></html>", True),
        ("application/json", b"\n  <HTML><body>Access denied", True),
        ("text/html; charset=utf-8", b"<head></head>", True),
        ("text/html", b'{"a": 1}', False),
        ("application/json", b'{"text": "<html>"}', False),
        ("application/zip", b"PK\x03\x04", False),
        ("application/xml", b"<?xml version='1.0'?>", False),
        ("", b"", False),
    ],
)
def test_page_for_people_is_told_by_what_it_is(kind: str, body: bytes, is_page: bool):
    assert looks_like_html(kind, body) is is_page


def test_wait_may_be_seconds_or_a_date():
    assert retry_after_s("120") == 120
    assert retry_after_s(formatdate(time.time() + 90, usegmt=True)) == pytest.approx(90, abs=3)
    assert retry_after_s(formatdate(time.time() - 90, usegmt=True)) == 0


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5 minutes"])
def test_wait_that_makes_no_sense_is_none(value: str | None):
    assert retry_after_s(value) is None


def test_pace_spaces_callers_out_and_does_not_save_up():
    pace = Pace(0.1)
    pace.wait()
    time.sleep(0.35)
    started = time.monotonic()
    for _ in range(3):
        pace.wait()
    assert 0.19 <= time.monotonic() - started < 0.6  # the first at once, then two gaps
