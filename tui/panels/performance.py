"""How fast it went, and what it takes."""

from __future__ import annotations

import time

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from engine.enhance.enhancer_status import EnhancerStatus
from engine.metrics import Performance as Figures
from engine.models.loaded import LoadedModel
from tui.panels import figures as shown
from tui.panels import loaded_models
from tui.panels.enhancer_words import figures as enhancer_figures
from tui.panels.figures import fit

LONGEST_BAR = 48
"""Cells of the longest bar where each stage has a line: longer ones compare no better."""

TALL = 5
"""Rows from which the stages stand as bars below each other."""

MODEL_ROWS = 4
"""Loaded models that have a line each under the bars, at the most; there is always room for one."""

LEFT = 46
"""Cells of the figures' column beside the bars."""

STAGE_CELLS = 22
"""Cells of a stage's name and time beside its bar."""

FRAME_CELLS = 6
"""Cells of the frame that figures on it leave free: corners, line and blanks."""


class Performance(Widget):
    """Stop-to-text time with percentiles, time by stage, answers ahead, lost sound, what it costs.

    The most important comes first. What finds no room inside stands on the lower frame.
    """

    ALLOW_SELECT = False
    BORDER_TITLE = "performance"
    DEFAULT_CSS = """
    Performance { height: 1; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(id="performance")
        self._figures = Figures()
        self._retried_before = 0
        self._in_use = ""
        self._enhancer = EnhancerStatus("tidy")
        self._lines: list[Content] = []
        self._on_frame = Content()

    def measure(self, figures: Figures) -> None:
        """Show other figures."""
        if figures.dictations != self._figures.dictations:
            self._retried_before = self._figures.fallbacks
        rows, self._figures = self._model_rows, figures
        if self._model_rows != rows:
            self.refresh(layout=True)
        self._lay_out()

    def use(self, model: str) -> None:
        """Name the model in use: it comes first."""
        self._in_use = model
        self._lay_out()

    def enhance(self, status: EnhancerStatus) -> None:
        """Show what is known of the enhancer, where there is room for it."""
        rows, self._enhancer = self._enhancer_rows, status
        if self._enhancer_rows != rows:
            self.refresh(layout=True)
        self._lay_out()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows where the height follows the content: the bars, a line for each model and the enhancer's."""
        return TALL + self._model_rows + self._enhancer_rows

    @property
    def _enhancer_rows(self) -> int:
        return 1 if self._enhancer.host or self._enhancer.model else 0

    @property
    def _model_rows(self) -> int:
        return max(1, min(MODEL_ROWS, len(self._figures.models)))

    @property
    def _retried(self) -> int:
        """How many phrases took the plain way since the dictation before the last one."""
        return self._figures.fallbacks - self._retried_before

    @property
    def _models(self) -> list[LoadedModel]:
        """The models in memory: the one in use, then the newest use first."""
        return sorted(self._figures.models, key=lambda model: not model.is_called(self._in_use))

    def on_resize(self) -> None:
        """Lay out for another size."""
        self._lay_out()

    def render(self) -> Content:
        """What was laid out."""
        return Content("\n").join(self._lines)

    def _lay_out(self) -> None:
        """Find each figure its place, and repaint if any of them reads otherwise than before."""
        width, height = self.size
        if not width or not height:
            return
        tall = height >= TALL and width >= 2 * LEFT
        if tall:
            lines, rest = self._tall(width)
        elif height > 1:
            lines, rest = self._two(width)
        else:
            lines, rest = self._one(width)
        framed = bool(self.styles.border_bottom[0])
        room, on_frame = self.outer_size.width - FRAME_CELLS, Content()
        if framed:
            on_frame = fit(rest, room)[0]
            on_frame = on_frame if tall else self._and_enhancer(on_frame, room)
        if on_frame != self._on_frame:
            self._on_frame = on_frame
            self.border_subtitle = on_frame
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def _one(self, width: int) -> tuple[list[Content], list[Content]]:
        """All on one line."""
        figures = self._figures
        parts = [
            *shown.waits(figures),
            *shown.faults(figures, self._retried),
            shown.ahead(figures, cost=False),
            shown.first_words(figures),
            *shown.sound(figures),
            shown.screen(figures),
            shown.real_time_factor(figures),
            *loaded_models.brief(self._models, time.time()),
            shown.memory(figures),
        ]
        line, rest = fit(parts, width)
        return [self._and_enhancer(line, width)], rest

    def _two(self, width: int) -> tuple[list[Content], list[Content]]:
        """Times on one line, stages on the next, the rest on the frame."""
        figures = self._figures
        times = [*shown.waits(figures), shown.first_words(figures), shown.ahead(figures)]
        if fit(times, width)[1]:
            times[-1] = shown.ahead(figures, cost=False)
        first, rest = fit([*times, shown.real_time_factor(figures)], width)
        models = loaded_models.brief(self._models, time.time())
        health = [*models, shown.memory(figures), *shown.sound(figures), shown.screen(figures)]
        return [first, shown.stages_inline(figures, width)], [
            *shown.faults(figures, self._retried),
            *rest,
            *health,
            *shown.reason(figures, self._retried),
        ]

    def _tall(self, width: int) -> tuple[list[Content], list[Content]]:
        """Figures at the left, one stage a line at the right, one model a line below both."""
        figures = self._figures
        room = max(0, self.size.height - TALL - self._enhancer_rows)
        models = loaded_models.lines(self._models[:room], time.time(), width)
        left = [
            shown.waits(figures),
            [shown.first_words(figures), shown.real_time_factor(figures, "real-time factor")],
            [shown.ahead(figures, "decoded ahead")],
            [*shown.faults(figures, self._retried), *shown.sound(figures), shown.screen(figures)],
            [shown.memory(figures), loaded_models.together(figures.models)],
        ]
        bars = shown.stage_rows(figures, max(1, min(LONGEST_BAR, width - LEFT - STAGE_CELLS)))
        lines, rest = list[Content](), shown.reason(figures, self._retried)
        for parts, bar in zip(left, bars, strict=True):
            line, without_room = fit(parts, LEFT - len(shown.GAP))
            rest.extend(without_room)
            lines.append(Content.assemble(line, " " * (LEFT - line.cell_length), bar))
        enhancer = [enhancer_figures(self._enhancer, width)] * self._enhancer_rows
        return (lines + models + enhancer)[: self.size.height], rest

    def _and_enhancer(self, line: Content, width: int) -> Content:
        """A line with what is known of the enhancer behind it, as far as there is room."""
        gap = shown.GAP if line.cell_length else ""
        behind = enhancer_figures(self._enhancer, width - line.cell_length - len(gap))
        return Content.assemble(line, gap, behind) if behind.cell_length else line
