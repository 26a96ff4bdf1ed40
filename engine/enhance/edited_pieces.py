"""Makes one edit of a text whose pieces were edited one by one; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.diff import word_diff
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.text_pieces import put_together
from engine.enhance.writing_mode import WritingMode
from engine.speech.cleanup import readable

KEPT = "Stopped; what had come is kept."


def combined(
    pieces: Sequence[Edited],
    gaps: Sequence[str],
    draft: Draft,
    mode: WritingMode,
    *,
    first_ms: float | None,
    total_ms: float,
    server_ms: float,
) -> Edited:
    """The pieces of a whole text as one edit. Takes a while for long texts: not for the event loop.

    It counts as accepted where any piece does: one that the guard refused stands in it as it was spoken, and
    takes nothing from the others.

    Args:
        pieces: At least one, in order.
        gaps: What parts each from the next one in the draft; the last one parts nothing.
        draft: All the words as recognised.
        mode: The writing mode.
        first_ms: What the user waited for the first words; None where there were none to wait for.
        total_ms: What the user waited for the text.
        server_ms: The part of that which the server says it took.
    """
    text = put_together((piece.text for piece in pieces), gaps, mode)
    named = min(pieces, key=lambda piece: (bool(piece.remark), not piece.accepted))
    return Edited(
        text=text,
        plain=readable(draft),
        changes=word_diff(draft.text, text),
        enhancer=named.enhancer,
        model=named.model,
        mode=mode.name,
        accepted=any(piece.accepted for piece in pieces),
        remark=_remark(pieces),
        trouble=next((piece.trouble for piece in pieces if piece.trouble), ""),
        stopped=any(piece.stopped for piece in pieces),
        first_ms=first_ms,
        total_ms=total_ms,
        server_ms=server_ms,
    )


def _remark(pieces: Sequence[Edited]) -> str:
    """Why the text is not what was asked for, in one sentence."""
    remarks = [piece.remark for piece in pieces if piece.remark]
    stopped = next((piece for piece in pieces if piece.stopped), None)
    if stopped is not None:
        return stopped.remark if len(remarks) == len(pieces) else KEPT
    if not remarks or len(pieces) == 1:
        return "".join(remarks)
    return f"{len(remarks)} of {len(pieces)} pieces: {remarks[0]}"
