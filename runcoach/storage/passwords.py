"""Passwords: what may be one, and how it is kept."""

import asyncio
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runcoach.domain.errors import Invalid, TooManyAttempts

MIN_LENGTH = 15  # NIST 800-63B-4: a password that is the only factor
MAX_BYTES = 256
_MIN_DISTINCT = 5
_MIN_REST = 6
_MEMORY_KIB = 47104  # OWASP's strongest of equal choices; about 50 ms
_PARALLEL_HASHES = 2
_LONGEST_QUEUE = 20
_FEW_WORDS = 3  # more common words than these in a row are a pass phrase, and hard to guess again
_OUR_WORDS = (
    "password", "passw0rd", "runcoach", "running", "runner", "marathon", "garmin", "strava",
    "dlrjsqlalfqjsgh", "비밀번호", "러닝코치", "마라톤", "correcthorsebatterystaple",
)  # fmt: skip
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")


def check_password(password: str, *, email: str = "") -> None:
    """Raise Invalid with the reason where `password` is too easy; no rules of composition."""
    text = normalise(password)
    if len(text) < MIN_LENGTH:
        raise Invalid(field="password", reason="too_short", minimum=MIN_LENGTH)
    if len(text.encode()) > MAX_BYTES:
        raise Invalid(field="password", reason="too_long", maximum=MAX_BYTES)
    if is_guessable(text, email):
        raise Invalid(field="password", reason="too_common")


def is_guessable(text: str, email: str = "") -> bool:
    """Whether too little is left without a few known words, rows of keys, the e-mail and digits around."""
    rest = text.casefold()
    if len(set(rest)) < _MIN_DISTINCT:
        return True
    own_words = [part for part in email.casefold().replace("@", ".").split(".") if len(part) >= 4]
    found = 0
    for known in (*sorted(own_words, key=len, reverse=True), *_well_known()):
        if known in rest:
            rest = rest.replace(known, "")
            found += 1
    rest = _without_sequences(rest).strip("0123456789!@#$%^&*._- ")
    return len(rest) < _MIN_REST and found <= _FEW_WORDS


@cache
def _well_known() -> tuple[str, ...]:
    """Words that stand in every list of guesses, longest first."""
    text = files("runcoach.storage").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    words = {line for line in text.splitlines() if line and not line.startswith("#")}
    return tuple(sorted(words | set(_OUR_WORDS), key=len, reverse=True))


def _without_sequences(text: str) -> str:
    """Takes away every stretch of four or more neighbours on the keyboard or in the alphabet."""
    for row in (*_SEQUENCES, *(row[::-1] for row in _SEQUENCES)):
        for size in range(min(len(row), len(text)), 3, -1):
            for start in range(len(row) - size + 1):
                text = text.replace(row[start : start + size], "")
    return text


def normalise(password: str) -> str:
    """The same password, however the keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Argon2id, two at once and a short queue, so that guessers cannot take the machine down."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=_MEMORY_KIB, parallelism=1)
        self._slots = asyncio.Semaphore(_PARALLEL_HASHES)
        self._waiting = 0
        self._nobody_hash: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        return await self._in_turn(self._hasher.hash, normalise(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it fits; without a stored hash the same work is done, so that time tells nothing."""
        if self._nobody_hash is None:
            self._nobody_hash = await self.hash("nobody has this password")
        fits = await self._in_turn(self._fits, stored or self._nobody_hash, normalise(password))
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._waiting >= _LONGEST_QUEUE:
            raise TooManyAttempts(1.0)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._waiting -= 1
