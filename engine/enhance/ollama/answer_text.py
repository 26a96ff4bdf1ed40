"""The text in a model's answer, while it comes: without what it thought first, without delimiters; pure.

Models that think may write it before their answer, between tags; others repeat the delimiters of the
dictation. Both can be cut anywhere between two pieces.
"""

from __future__ import annotations

_THINKING = {f"<{name}>": f"</{name}>" for name in ("think", "thinking", "thought")}


class AnswerText:
    """Takes the pieces of one answer and gives back those that are text."""

    def __init__(self, before: str, behind: str) -> None:
        """Wait for the first piece.

        Args:
            before: The delimiter in front of the dictation.
            behind: The one behind it.
        """
        self._before, self._behind = before, behind
        self._held = ""
        """What came and may still turn out to be no text."""
        self._begun = False
        self._until = ""
        """The tag that ends what the model thinks, while it does."""

    @property
    def thinks(self) -> bool:
        """Whether the model has begun to think and has not come to an end."""
        return bool(self._until)

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what of it, and of pieces before, is certainly text."""
        self._held += piece
        if not self._begun:
            self._skip()
        if not self._begun:
            return ""
        self._held = self._held.replace(self._behind, "")
        sure = len(self._held) - _overlap(self._held, self._behind)
        text, self._held = self._held[:sure], self._held[sure:]
        return text

    def rest(self) -> str:
        """What is left when the answer is over; nothing of what was thought."""
        text, self._held = ("" if self._until else self._held), ""
        return text

    def _skip(self) -> None:
        """Leave out what stands before the text; the text has begun when anything else comes."""
        while not self._begun:
            if self._until:
                _, found, rest = self._held.partition(self._until)
                if not found:  # only the end is kept, for thoughts are long
                    self._held = self._held[-len(self._until) :]
                    return
                self._held, self._until = rest, ""
            self._held = self._held.lstrip()
            opening = next((tag for tag in (*_THINKING, self._before) if self._held.startswith(tag)), "")
            if opening:
                self._held = self._held[len(opening) :]
                self._until = _THINKING.get(opening, "")
            elif any(tag.startswith(self._held) for tag in (*_THINKING, self._before)):
                return
            else:
                self._begun = True


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
