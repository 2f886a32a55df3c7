"""What every benchmark prints of a figure: measured, goal, target; and whether a goal was missed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """A measured figure. The goal must be reached, the target should be; None = nobody set one."""

    name: str
    measured: float
    unit: str
    goal: float | None = None
    target: float | None = None
    is_more_better: bool = False

    @property
    def is_missed(self) -> bool:
        """Below its goal. A target may be missed."""
        return not self._reaches(self.goal)

    def line(self) -> str:
        """All of it on a line."""
        parts = [f"{self.name:58} {self._text(self.measured):>8} {self.unit:5}"]
        for name, limit in (("goal", self.goal), ("target", self.target)):
            parts += [f"{name} {self._judged(limit)}"] if limit is not None else []
        return "   ".join(parts)

    def _reaches(self, limit: float | None) -> bool:
        if limit is None:
            return True
        return self.measured >= limit if self.is_more_better else self.measured <= limit

    def _judged(self, limit: float) -> str:
        sign, verdict = "≥" if self.is_more_better else "≤", "ok" if self._reaches(limit) else "missed"
        return f"{sign} {limit:g} {verdict}"

    @staticmethod
    def _text(value: float) -> str:
        return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def conclude(results: Iterable[Result]) -> int:
    """Prints them; what the process exits with: 1 where a goal was missed."""
    found = list(results)
    for one in found:
        print(one.line())
    return 1 if any(one.is_missed for one in found) else 0
