"""What the enhancer changed: raw against enhanced, word by word, each change to be taken or left."""

from __future__ import annotations

import asyncio

from textual import events
from textual.content import Content
from textual.message import Message

from engine.events import Enhanced, EnhancementGrew, Reviewed
from tui.panels.comparison import LONG, NOTHING, View, compared
from tui.panels.diff_title import JOINT, NAME, Edit, finished, growing, summary
from tui.panels.flow import FRAME_CELLS, Flow, Mark
from tui.panels.plain import one_line
from tui.panels.review_keys import ReviewKeys
from tui.panels.streamed import Streamed

REMEMBERED = 200
"""Dictations of which it is kept how their text was made; the oldest go first."""


class Diff(Flow):
    """Removed words between minus signs, added ones between plus signs, an arrow in replaced ones.

    A word that changed in case or punctuation alone stands there once, with only what changed in
    it marked. A change that is not taken stands in brackets. The signs carry the meaning, so that it
    reads the same without colour.

    Shows the newest dictation that has something to show, or the one that the user went back to. A text
    that is being made may come to nothing: the last finished comparison is kept behind it, and shown
    again then.
    """

    BORDER_TITLE = NAME

    class Summed(Message):
        """There is another comparison, or another decision on it: what is to be said of it in short."""

    def __init__(self, hint: str, keys: ReviewKeys | None = None) -> None:
        """Make an empty panel that shows `hint` until there is something to compare."""
        super().__init__("diff")
        self._hint = hint
        self._keys = keys or ReviewKeys()
        self._finished = NOTHING.view
        self._compared = NOTHING
        self._compares = False
        self._edits: dict[int, Edit] = {}
        self._enhancer = ""
        self._growing: dict[int, tuple[Streamed, EnhancementGrew]] = {}
        self._over: set[int] = set()
        self._shown = self._begun = -1
        self._cursor: int | None = None
        self._summary = "", ""
        self._framed = ("", "")
        self._draw()

    @property
    def current(self) -> int | None:
        """The change that the cursor is on, counted among those that are no "equal"."""
        return self._cursor if self._shown_growing is None else None

    @property
    def steps(self) -> bool:
        """Whether there is a change that the cursor can go to."""
        return self._shown_growing is None and any(end > begin for begin, end in self._places)

    @property
    def edits(self) -> bool:
        """Whether the text is being made by an enhancer that has to be waited for."""
        making = self._shown_growing
        return making is not None and making[1].first_ms is not None

    @property
    def summary(self) -> tuple[str, str]:
        """What is to be said of the text that is shown, in short and in a word or two."""
        return self._summary

    def name_enhancer(self, name: str) -> None:
        """Hear which enhancer is at work, for the title of what it is making."""
        self._enhancer = name

    def begin(self, dictation: int) -> None:
        """Hear that a dictation begins: what is shown is of an earlier one until there is more."""
        self._begun = dictation
        self._draw()

    def grow(self, event: EnhancementGrew) -> None:
        """Show the enhanced text of a dictation so far; after its end that comes too late."""
        if event.dictation in self._over:
            return
        streamed = self._growing[event.dictation][0] if event.dictation in self._growing else Streamed()
        self._growing[event.dictation] = (streamed, event)
        self._draw()

    def compare(self, event: Enhanced) -> None:
        """Show a finished comparison with all changes; behind a newer text that is being made it waits.

        What the user went back to stays.
        """
        edit = Edit(event.enhancer, event.model, event.mode, event.total_ms)
        self._edits[event.dictation] = edit
        if len(self._edits) > REMEMBERED:
            del self._edits[next(iter(self._edits))]
        last = self._finished
        if event.dictation == last.dictation or (event.dictation > last.dictation and not last.place):
            taken = tuple(True for change in event.changes if change.kind != "equal")
            self._cursor = None
            self._finished = View(event.dictation, edit, event.changes, taken, event.remark, place=last.place)
        self.end(event.dictation)
        self._over.discard(event.dictation)

    def review(self, event: Reviewed, place: str) -> None:
        """Show what stands of a comparison: which changes are taken, and what it waits for.

        Args:
            event: What is known of it.
            place: Which of several texts it is of, such as "2 of 5"; empty for the newest.
        """
        if not event.shown:
            return
        self._over.discard(event.dictation)
        edit = self._edits.get(event.dictation, Edit(event.enhancer, mode=event.mode))
        if event.dictation != self._finished.dictation or event.changes != self._finished.changes:
            self._cursor = None
        self._finished = View(
            event.dictation, edit, event.changes, event.taken, event.remark, event.waits, place
        )
        self._draw()

    def end(self, dictation: int) -> None:
        """Hear that nothing more is made of a dictation: what is not finished goes."""
        self._over = {number for number in self._over if number > dictation - REMEMBERED} | {dictation}
        self._growing.pop(dictation, None)
        self._draw()

    def step(self, by: int) -> bool:
        """Move the cursor to the next change that can be seen, or the one before; around at the ends.

        Returns:
            Whether there is one.
        """
        seen = [at for at, (begin, end) in enumerate(self._places) if end > begin]
        if self._shown_growing is not None or not seen:
            return False
        if self._cursor is None:
            self._cursor = seen[0 if by > 0 else -1]
        else:
            self._cursor = seen[(seen.index(self._cursor) + by) % len(seen)]
        self._draw()
        self.reveal(*self._places[self._cursor])
        return True

    @property
    def _places(self) -> list[tuple[int, int]]:
        """Where the changes stand that can be decided on: none of a comparison that is not drawn yet."""
        drawn = self._compared.view
        same = drawn.dictation == self._finished.dictation and drawn.changes == self._finished.changes
        return self._compared.drawing.places if same else []

    @property
    def _shown_growing(self) -> tuple[Streamed, EnhancementGrew] | None:
        """The newest text that is being made, unless it is of a dictation before the one that is shown."""
        newest = max(self._growing, default=-1)
        return self._growing[newest] if newest >= max(0, self._finished.dictation) else None

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again, and find the room for the title."""
        super().on_resize(event)
        self._write_frame()

    def _draw(self) -> None:
        """Show the newest text that is being made, else the finished one; another one from its end.

        A long one is drawn beside the event loop, and shown once that is done.
        """
        making = self._shown_growing
        if not making and self._compared.view is not self._finished:
            if len(self._finished.changes) > LONG:
                self._compare_beside()
                return
            self._compared = compared(self._finished, self._compared)
        dictation = making[1].dictation if making else self._finished.dictation
        another, self._shown = dictation != self._shown, dictation
        if making:
            streamed, event = making
            text, marks = streamed.grow(event.raw, event.text, compare=event.first_ms is not None)
        elif dictation < 0:
            text, marks = self._hint, [Mark(0, len(self._hint), "hint")]
        else:
            drawing = self._compared.drawing
            text, marks = drawing.text, drawing.marks
            if self._cursor is not None:
                text, marks = drawing.pointed(self._cursor)
        self._write_frame()
        self.show(text, marks, follow=another)

    def _compare_beside(self) -> None:
        """Draw what is finished now, and whatever is finished meanwhile, in a thread."""
        if not self._compares:
            self._compares = True
            self.run_worker(self._compare_all())

    async def _compare_all(self) -> None:
        while self._compared.view is not self._finished:
            self._compared = await asyncio.to_thread(compared, self._finished, self._compared)
        self._compares = False
        self._draw()

    def _write_frame(self) -> None:
        """Write title and keys on the frame, as they fit."""
        making, view = self._shown_growing, self._compared.view
        room = max(0, self.outer_size.width - FRAME_CELLS)
        previous = -1 < self._shown < self._begun and not view.place
        self.set_class(previous, "-previous")
        if making:
            title = growing(self._enhancer, making[1].first_ms, room)
            title += f"{JOINT}previous dictation" if previous else ""
        elif view.dictation < 0:
            title = NAME
        else:
            title = finished(
                view.edit, self._compared.found, view.taken, room, place=view.place, previous=previous
            )
        asked = [] if making else self._asked
        while asked and Content(JOINT.join(asked)).cell_length > room:
            asked.pop()
        framed = title, JOINT.join(asked)
        if framed != self._framed:  # writing on a frame draws all of the panel anew
            self._framed = framed
            self.border_title, self.border_subtitle = Content(framed[0]), Content(framed[1])
        summed = ("", "") if making or previous else self._summed()
        if summed != self._summary:
            self._summary = summed
            self.post_message(self.Summed())

    def _summed(self) -> tuple[str, str]:
        """What is to be said of the comparison that is drawn, in short and in a word or two."""
        view, found = self._compared.view, self._compared.found
        if view.dictation < 0:
            return "", ""
        brief = summary(found, view.taken)
        asked = self._asked[:1] if view.taken and (view.waits or not any(view.taken)) else []
        return JOINT.join([one_line(view.edit.enhancer), brief, *asked]), brief

    @property
    def _asked(self) -> list[str]:
        """What can be decided now, the most urgent first."""
        return self._keys.decisions(self._compared.view, self._cursor, steps=self.steps)
