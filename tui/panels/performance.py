"""How fast it went, and what it takes."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from engine.metrics import STAGES
from engine.metrics import Performance as Figures
from tui.panels.plain import one_line

EIGHTHS = " ▏▎▍▌▋▊▉█"
"""Left eighths of a cell, for bars."""

TALL = 5
"""Rows from which the stages stand as bars below each other."""

LEFT = 44
"""Cells of the figures' column beside the bars."""


class Performance(Widget):
    """Stop-to-text time with percentiles, speed, time by stage, memory and lost sound."""

    ALLOW_SELECT = False
    BORDER_TITLE = "performance"
    DEFAULT_CSS = """
    Performance { height: 1; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(id="performance")
        self._figures = Figures()

    def measure(self, figures: Figures) -> None:
        """Show other figures."""
        if figures != self._figures:
            self._figures = figures
            self.refresh()

    def render(self) -> Content:
        """Lay the figures out for the room there is."""
        width, height = self.size
        if height >= TALL:
            return Content("\n").join(self._tall(width))
        lines = [_fit(self._timing() + self._load(), width)]
        if height > 1:
            lines = [_fit(self._timing() + self._stages_inline(), width), _fit(self._load(), width)]
        return Content("\n").join(lines)

    def _timing(self) -> list[Content]:
        figures = self._figures
        return [
            _pair("stop→text", _milliseconds(figures.stop_to_text_ms)),
            _pair("p50", _milliseconds(figures.p50_ms)),
            _pair("p95", _milliseconds(figures.p95_ms)),
            _pair("speed", _speed(figures.real_time_factor)),
        ]

    def _load(self) -> list[Content]:
        figures = self._figures
        models = ", ".join(f"{one_line(name)} {_size(size)}" for name, size in figures.models)
        return [
            _drops(figures),
            _pair("memory", _size(figures.process_bytes)),
            _pair("models", models or "none"),
        ]

    def _stages_inline(self) -> list[Content]:
        stages = self._figures.stages_ms
        return [_pair(name, _milliseconds(stages[name])) for name in STAGES if name in stages]

    def _tall(self, width: int) -> list[Content]:
        timing, load = self._timing(), self._load()
        left = [_fit(timing[:1], LEFT), _fit(timing[1:3], LEFT), _fit(timing[3:], LEFT)]
        left += [_fit(load[:2], LEFT), _fit(load[2:], LEFT)]
        if width < 2 * LEFT:
            return [_fit(timing, width), *self._bars(width)[: max(0, TALL - 2)], _fit(load, width)]
        bars = self._bars(width - LEFT - 2)
        return [
            Content.assemble(one, " " * (LEFT + 2 - one.cell_length), other)
            for one, other in zip(left, bars, strict=True)
        ]

    def _bars(self, width: int) -> list[Content]:
        """One line for each stage: name, bar to scale, milliseconds."""
        stages = self._figures.stages_ms
        longest = max(stages.values(), default=0.0)
        room = max(1, width - 22)
        lines = []
        for name in STAGES:
            spent = stages.get(name)
            bar = _bar(spent / longest, room) if spent and longest else ""
            lines.append(
                Content.assemble(
                    (f"{name:<12}", "$text-muted"),
                    (f"{bar:<{room}}", "$primary"),
                    f" {_milliseconds(spent):>8}",
                )
            )
        return lines


def _pair(name: str, value: str) -> Content:
    return Content.assemble((f"{name} ", "$text-muted"), value)


def _drops(figures: Figures) -> Content:
    lost = figures.overflows + figures.lost_frames
    return Content.assemble(("drops ", "$text-muted"), (str(lost), "bold $text-error" if lost else ""))


def _fit(parts: list[Content], width: int) -> Content:
    """Join as many parts as fit `width` cells, the first ones first."""
    line = Content("")
    for part in parts:
        longer = Content.assemble(line, "   ", part) if line else part
        if longer.cell_length > width:
            break
        line = longer
    return line


def _bar(share: float, room: int) -> str:
    eighths = max(1, round(share * room * 8))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else ""))[:room]


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 10_000 else f"{value / 1000:.1f} s"


def _speed(factor: float | None) -> str:
    return "–" if factor is None else f"{factor:.2f} × real time"


def _size(size: int) -> str:
    if size <= 0:
        return "–"
    return f"{size / 2**20:.0f} MB" if size < 2**30 else f"{size / 2**30:.1f} GB"
