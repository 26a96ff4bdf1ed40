"""Places as users write them."""

from __future__ import annotations

import pytest

from engine.deliver.destination import PANES, Destination
from engine.errors import DeliveryError


@pytest.mark.parametrize("kind", [*sorted(PANES), "file", "command"])
@pytest.mark.parametrize("behind", ["", ":", ": "])
def test_a_place_of_which_there_are_many_says_which(kind: str, behind: str) -> None:
    with pytest.raises(DeliveryError, match=f'"{kind}{behind}" does not say where. Write a .*{kind}:'):
        Destination.parse(f"{kind}{behind}")


@pytest.mark.parametrize("kind", ["clipboard", "window", "stdout"])
def test_a_place_of_which_there_is_one_says_no_more(kind: str) -> None:
    assert str(Destination.parse(f" {kind}:")) == kind
    with pytest.raises(DeliveryError, match=f"Write {kind} alone"):
        Destination.parse(f"{kind}:x")


@pytest.mark.parametrize(
    ("written", "lasts"),
    [
        ("tmux:last", True),
        ("tmux:%3", False),
        ("file:~/x", True),
        ("command:wc -w: x", True),
        ("stdout", True),
    ],
)
def test_numbers_of_panes_alone_mean_another_place_later(written: str, lasts: bool) -> None:
    assert str(Destination.parse(written)) == written
    assert Destination.parse(written).lasts is lasts


def test_what_is_no_place_names_the_nearest() -> None:
    with pytest.raises(DeliveryError, match=r"Did you mean tmux\?"):
        Destination.parse("tmx:%1")
