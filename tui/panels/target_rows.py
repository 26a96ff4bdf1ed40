"""Where texts can go: the rows of the target picker, and what is known of each; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from textual.content import Content

from engine.deliver.destination import PANES, Destination, Kind
from engine.deliver.offer import Offer
from engine.errors import DeliveryError
from tui.panels.model_words import cell
from tui.panels.plain import homely, one_line

LEGEND = "● texts go there now  ○ active pane"

NAME_CELLS = 17
"""Cells of the longest name that is shown whole, such as "last wezterm pane"."""

PLACE_FROM, PLACE_CELLS = 56, 20
"""Cells from which a row has a column for where a pane is, and those of the column. In narrower rows that
comes before what runs there: panes beside each other often run the same shell."""

TYPED = "as you typed it"


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One place that can be chosen.

    Attributes:
        offer: The place.
        chosen: Whether texts go there now.
    """

    offer: Offer
    chosen: bool = False

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return self.offer.spec


def rows(offers: Iterable[Offer], spec: str, typed: str = "") -> list[TargetRow]:
    """The rows for what was typed: first a destination that is written out, then what is called just so.

    None while a destination is half written: whatever stands there is not what is meant.

    Args:
        offers: What can be chosen.
        spec: Where texts go now.
        typed: All rows have each word of this; empty for all.
    """
    if _is_half_written(typed):
        return []
    wanted = typed.casefold().split()
    written = _written(typed)
    found = [
        TargetRow(offer, offer.spec == spec)
        for offer in offers
        if all(word in _searched(offer) for word in wanted)
    ]
    found.sort(
        key=lambda row: (
            row.name != written,
            not all(word in _called(row.offer).split() for word in wanted),
            not all(word in _called(row.offer) for word in wanted),
        )
    )
    if written is not None and written not in [row.name for row in found]:
        found.insert(0, TargetRow(Offer(written, written, TYPED), written == spec))
    return found


def row(target: TargetRow, width: int, *, bare: bool = False) -> Content:
    """A row of the list, `width` cells wide; `bare` without colours, for the one under the cursor."""
    offer = target.offer
    mark = "●" if target.chosen else "○" if offer.active else " "
    style = "" if bare else "$text-success" if target.chosen else "$text-primary"
    name_cells = min(NAME_CELLS, max(1, width * 2 // 5))
    muted = "$text-muted" if offer.reason and not bare else ""
    place_cells = PLACE_CELLS + 1 if width >= PLACE_FROM and not offer.reason else 0
    known = [offer.detail] if place_cells else [offer.place, offer.detail]
    what = f"cannot: {offer.reason}" if offer.reason else " · ".join(filter(None, known))
    what = one_line(homely(what))
    room = width - 2 - name_cells - 1 - place_cells
    cells = [cell(_name(offer), name_cells), " ", cell(what, max(1, room))]
    if place_cells:
        cells += [" ", cell(one_line(offer.place), place_cells - 1)]
    return Content.assemble((mark, style), " ", ("".join(cells), muted))


def details(target: TargetRow) -> list[Content]:
    """What is to be known of a row, in full."""
    offer = target.offer
    known = " · ".join(one_line(homely(part)) for part in (offer.detail, offer.place) if part)
    first = Content.assemble((_name(offer), "bold"), f" · {known}" if known else "")
    if offer.reason:
        return [first, Content.assemble(("! ", "bold $text-warning"), one_line(homely(offer.reason)))]
    also = ["texts go there now"] if target.chosen else []
    also += ["the pane that was active last"] if offer.active else []
    return [first, Content.assemble((" · ".join(also), "$text-muted"))]


def _name(offer: Offer) -> str:
    return one_line(homely(offer.name))


def _searched(offer: Offer) -> str:
    return f"{_called(offer)} {offer.detail} {offer.place}".casefold()


def _called(offer: Offer) -> str:
    return f"{offer.spec} {offer.name}".casefold()


def mistake(typed: str) -> str:
    """Why what was typed is no destination, and what would be one; empty where it is one."""
    try:
        Destination.parse(typed)
    except DeliveryError as error:
        return one_line(str(error))
    return ""


def _written(typed: str) -> str | None:
    """The destination that somebody wrote out; None where it is none, or a word to find one with."""
    return str(Destination.parse(typed)) if ":" in typed and not mistake(typed) else None


def _is_half_written(typed: str) -> bool:
    """Whether it names a kind of place that is not listed, but not yet which one."""
    kind, colon, what = (part.strip() for part in typed.partition(":"))
    return bool(colon) and kind in get_args(Kind) and kind not in PANES and not what
