"""How fast it went, and what it takes."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from engine.metrics import STAGES
from engine.metrics import Performance as Figures
from tui.panels.plain import one_line

LONGEST_BAR = 48
"""Cells of the longest bar where each stage has a line: longer ones compare no better."""

TALL = 5
"""Rows from which the stages stand as bars below each other."""

SHORT_BAR = 5
"""Cells of the longest bar where all stages share a line."""

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
        if height >= TALL and width >= 2 * LEFT:
            return Content("\n").join(self._tall(width))
        lines = [_fit([*self._timing(), *self._load()], width)]
        if height > 1:
            drops, *memory = self._load()
            lines = [_fit([*self._timing(), *memory], width), _fit([*self._stages_inline(), drops], width)]
        return Content("\n").join(lines)

    def _timing(self) -> list[Content]:
        figures = self._figures
        return [
            _pair("stop→text", _milliseconds(figures.stop_to_text_ms)),
            _pair("p50", _milliseconds(figures.p50_ms).removesuffix(" ms")),
            _pair("p95", _milliseconds(figures.p95_ms).removesuffix(" ms")),
            _pair("rtf", "–" if figures.real_time_factor is None else f"{figures.real_time_factor:.2f}"),
        ]

    def _load(self) -> list[Content]:
        """Lost sound, memory of the process, and models in memory."""
        figures = self._figures
        models = [_pair(one_line(name), _size(size)) for name, size in figures.models]
        return [
            _drops(figures),
            _pair("memory", _size(figures.process_bytes)),
            *(models or [_pair("models", "none")]),
        ]

    def _stages_inline(self) -> list[Content]:
        """Each stage with a short bar to scale, on one line."""
        stages = self._figures.stages_ms
        longest = max(stages.values(), default=0.0)
        return [
            Content.assemble((f"{name} ", "$text-muted"), (_bar(spent / longest, SHORT_BAR), "$primary"))
            if (spent := stages.get(name)) and longest
            else _pair(name, "–")
            for name in STAGES
        ]

    def _tall(self, width: int) -> list[Content]:
        """Figures at the left, one stage a line at the right."""
        (latest, p50, p95, factor), (drops, memory, *models) = self._timing(), self._load()
        left = [[latest], [p50, p95], [factor], [memory, *models], [drops]]
        bars = self._bars(width - LEFT - 2)
        rows = zip((_fit(parts, LEFT) for parts in left), bars, strict=True)
        return [Content.assemble(one, " " * (LEFT + 2 - one.cell_length), bar) for one, bar in rows]

    def _bars(self, width: int) -> list[Content]:
        """One line for each stage: name, bar to scale, milliseconds."""
        stages = self._figures.stages_ms
        longest = max(stages.values(), default=0.0)
        room = max(1, min(LONGEST_BAR, width - 22))
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


def _fit(parts: Sequence[Content], width: int) -> Content:
    """Join as many parts as fit `width` cells, the first ones first."""
    line = Content("")
    for part in parts:
        longer = Content.assemble(line, "  ", part) if line else part
        if longer.cell_length > width:
            break
        line = longer
    return line


def _bar(share: float, room: int) -> str:
    """A bar of at most `room` cells; even the shortest time leaves half a cell."""
    full, half = divmod(max(1, round(share * room * 2)), 2)
    return "━" * full + "╸" * half


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 10_000 else f"{value / 1000:.1f} s"


def _size(size: int) -> str:
    if size <= 0:
        return "–"
    return f"{size / 2**20:.0f} MB" if size < 2**30 else f"{size / 2**30:.1f} GB"
