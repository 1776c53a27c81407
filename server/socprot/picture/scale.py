"""From values to places: axes of numbers and of time, and where their ticks stand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_STEPS = (1, 2, 2.5, 5, 10)
_YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
_MONTHS = (1, 3, 6)


@dataclass(frozen=True)
class Linear:
    """Maps the numbers from `low` to `high` onto the places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def nice(low: float, high: float, most: int = 5) -> Sequence[float]:
    """Round numbers, evenly spaced, from at or below `low` to at or above `high`."""
    if high <= low:
        high = low + 1
    raw = (high - low) / max(1, most - 1)
    power = 10 ** math.floor(math.log10(raw))
    step = next(s * power for s in _STEPS if s * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


@dataclass(frozen=True)
class Time:
    """Maps the days from `first` to `last` onto the places from `start` to `end`."""

    first: date
    last: date
    start: float
    end: float

    def __call__(self, day: date) -> float:
        scale = Linear(
            self.first.toordinal(), self.last.toordinal() + 1, self.start, self.end
        )
        return scale(day.toordinal())

    def after(self, day: date) -> float:
        """Where a day ends."""
        share = (self.end - self.start) / (
            self.last.toordinal() + 1 - self.first.toordinal()
        )
        return self(day) + share

    def ticks(self, gap: float) -> Sequence[tuple[date, str]]:
        """The beginnings of years or months, at least `gap` apart, with their names."""
        days = self.last.toordinal() + 1 - self.first.toordinal()
        unit = (self.end - self.start) / days
        for months in _MONTHS:
            if months * 30 * unit >= gap:
                return self._months(months)
        years = next((n for n in _YEARS if n * 365 * unit >= gap), 1000)
        begin = -(-self.first.year // years) * years
        marks = [
            (date(year, 1, 1), str(year))
            for year in range(max(begin, 1), self.last.year + 1, years)
        ]
        return [(day, name) for day, name in marks if self.first <= day]

    def _months(self, step: int) -> Sequence[tuple[date, str]]:
        marks = []
        for year in range(self.first.year, self.last.year + 1):
            for month in range(1, 13, step):
                day = date(year, month, 1)
                if self.first <= day <= self.last:
                    marks.append((day, f"{year}-{month:02}"))
        return marks


def around(first: date, last: date) -> tuple[date, date]:
    """The whole years around a stretch of time."""
    return date(first.year, 1, 1), date(last.year, 12, 31)


def figure(value: float) -> str:
    """A number as people write it."""
    if value == int(value) and abs(value) < 1e15:
        whole = int(value)
        return f"{whole:,}" if abs(whole) >= 10000 else str(whole)
    return f"{value:,.10g}" if abs(value) >= 10000 else f"{value:.10g}"
