"""Figures of merit, and how they are printed: shares with their uncertainty, calibration, F1, percentiles, tables."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from math import sqrt
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

Z95 = 1.959964  # two-sided 95% of the normal distribution

# Wide enough that a table is never folded: it is pasted into docs/benchmarks.md as it is.
console = Console(width=240, highlight=False)


@dataclass(frozen=True)
class Share:
    """`hits` of `total`, with Wilson's 95% interval (Wilson 1927): right for few cases and shares near 0 or 1."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and upper end of the interval."""
        if not self.total:
            return 0.0, 1.0
        share, squared = self.value, Z95**2
        middle = share + squared / (2 * self.total)
        spread = Z95 * sqrt(share * (1 - share) / self.total + squared / (4 * self.total**2))
        scale = 1 + squared / self.total
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def __str__(self) -> str:
        """Return "0.700 (0.66-0.74)"."""
        low, high = self.interval
        return f"{self.value:.3f} ({low:.2f}-{high:.2f})"


def share(outcomes: Iterable[bool]) -> Share:
    """Return how many of `outcomes` are true."""
    listed = list(outcomes)
    return Share(sum(listed), len(listed))


def f1(right: int, found: int, wanted: int) -> float:
    """Return the harmonic mean of precision and recall; 0 when nothing is right."""
    return 2 * right / (found + wanted) if right else 0.0


@dataclass(frozen=True)
class Tenth:
    """The messages whose confidence fell in one tenth of 0 to 1."""

    low: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[Tenth]:
    """Return, for each tenth of confidence that has messages, how sure the model was and how often right."""
    tenths: dict[int, list[tuple[float, bool]]] = {}
    for sure, hit in zip(confidences, right, strict=True):
        tenths.setdefault(min(int(sure * 10), 9), []).append((sure, hit))
    return [
        Tenth(
            tenth / 10,
            len(found),
            sum(sure for sure, _ in found) / len(found),
            sum(hit for _, hit in found) / len(found),
        )
        for tenth, found in sorted(tenths.items())
    ]


def calibration_error(tenths: Sequence[Tenth]) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy, by messages."""
    total = sum(tenth.count for tenth in tenths)
    return sum(tenth.count * abs(tenth.confidence - tenth.accuracy) for tenth in tenths) / total


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of `values` lie (nearest rank). Raises ValueError for no values."""
    if not values:
        raise ValueError("No values.")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(percent / 100 * len(ranked) + 0.5) - 1))]


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table that is Markdown at the same time; numbers stand on the right."""
    console.print(f"**{title}**\n")
    table = Table(box=box.MARKDOWN)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(table)
    console.print()


def machine() -> dict[str, Any]:
    """Return what the figures were taken on, and when."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return {
        "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0],
    }


def keep(folder: Path, name: str, figures: dict[str, Any]) -> Path:
    """Write `figures` with the machine and the time to `folder` as JSON, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name}-{stamp}.json"
    text = json.dumps({"machine": machine()} | figures, indent=1, ensure_ascii=False, default=_plain)
    path.write_text(text, encoding="utf-8")
    return path


def _plain(value: Any) -> dict[str, Any]:
    """Return one of our figures as what JSON can hold."""
    if isinstance(value, Share):
        low, high = value.interval
        return asdict(value) | {"share": value.value, "low": low, "high": high}
    return asdict(value)
