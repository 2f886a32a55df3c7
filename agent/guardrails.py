"""What of the model's answer is let through: a figure that no tool gave does not reach the runner."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.claims import claims
from agent.evidence import Evidence, evidence_of
from runcoach.domain.chat import ChatMessage
from runcoach.i18n import language_or_default, t

_SENTENCES = re.compile(r"(?<=[.!?。])\s+(?=\S)|\n+")
_TRADEMARK = re.compile(r"V[.\s]?D[.\s]?O[.\s]?T", re.I)


@dataclass(frozen=True)
class GuardedAnswer:
    """`text` may be shown as it is: unverified sentences are gone, a note says so.

    `unverified` are the figures that nothing supports. `repair` asks the model for an answer without them,
    None where all hold; it is asked once, then `text` counts.
    """

    text: str
    unverified: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    repair: str | None = None

    @property
    def is_clean(self) -> bool:
        """Every figure was given by a tool."""
        return not self.unverified


def guard_answer(text: str, transcript: Sequence[ChatMessage], language: str) -> GuardedAnswer:
    """Checks each figure of `text` against the tool results and the baseline in `transcript`."""
    language = language_or_default(language)
    named = _TRADEMARK.sub(t("metric.race_index", language), text).strip()
    evidence = evidence_of(transcript)
    wrong = unverified(named, evidence)
    if not wrong:
        return GuardedAnswer(text=named)
    kept, removed = _without(named, evidence)
    note = t("coach.guard.removed" if kept else "coach.guard.nothing_left", language)
    return GuardedAnswer(
        text=f"{kept}\n\n{note}" if kept else note,
        unverified=wrong,
        removed=removed,
        repair=t("coach.guard.repair", language, figures=", ".join(wrong)),
    )


def unverified(text: str, evidence: Evidence) -> tuple[str, ...]:
    """The figures of a text that no tool gave, each once."""
    return tuple(dict.fromkeys(claim.text for claim in claims(text) if not evidence.supports(claim)))


def _without(text: str, evidence: Evidence) -> tuple[str, tuple[str, ...]]:
    """The text without the sentences that hold unsupported figures; line breaks stay where lines stay."""
    removed: list[str] = []
    lines = []
    for line in text.split("\n"):
        sentences = [part for part in _SENTENCES.split(line) if part.strip()]
        good = [part for part in sentences if not unverified(part, evidence)]
        removed += [part.strip() for part in sentences if part not in good]
        if good or not line.strip():
            lines.append(" ".join(good))
    return "\n".join(lines).strip(), tuple(removed)
