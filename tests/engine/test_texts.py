"""The texts of a sitting: which of them are kept, and which is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import texts
from engine.events import Event, Reviewed
from engine.kept_texts import Kept
from engine.texts import Text, Texts
from tests.support.places import spoken

MOST = 3


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def kept(told: list[Event], monkeypatch: pytest.MonkeyPatch) -> Texts:
    """Room for three texts."""
    monkeypatch.setattr(texts, "KEPT", MOST)
    return Texts(told.append)


def numbered(number: int) -> Text:
    return replace(spoken(), number=number)


def test_the_oldest_goes_first_and_what_is_shown_with_it_is_the_newest_then(
    kept: Texts, told: list[Event]
) -> None:
    for number in (1, 2, 3):
        kept.put(numbered(number))
    assert [kept.move(-1), kept.move(-1), kept.move(-1)] == [True, True, False]
    assert kept.shown is kept.get(1)
    kept.put(numbered(4))
    assert kept.get(1) is None
    assert kept.shown is kept.newest is kept.get(4)
    newest = told[-1]
    assert isinstance(newest, Reviewed)
    assert (newest.dictation, newest.place, newest.count) == (4, 3, MOST)


def test_the_shown_one_stays_shown_when_the_oldest_text_goes(kept: Texts) -> None:
    for number in (1, 2, 3):
        kept.put(numbered(number))
    kept.move(-1)
    kept.put(numbered(4))
    kept.move(-1)
    assert kept.shown is kept.get(3)


def test_a_text_that_is_nowhere_yet_is_not_forgotten(kept: Texts) -> None:
    file = Kept(Path("1.txt"), Path("1.wav"))
    kept.put(replace(numbered(1), kept=file))
    for number in range(2, 7):
        kept.put(numbered(number))
    assert kept.kept() == [file]
    assert [number for number in range(1, 7) if kept.get(number)] == [1, 5, 6]


def test_where_all_others_are_nowhere_the_newest_is_kept_and_shown(kept: Texts) -> None:
    for number in range(1, 7):
        kept.put(numbered(number))
        text = kept.newest
        assert text is kept.shown is kept.get(number)
        text.kept = Kept(Path(f"{number}.txt"), None)
    assert len(kept.kept()) == 6


async def test_at_the_end_what_is_somewhere_is_forgotten_and_the_rest_holds_what_stands(
    kept: Texts, tmp_path: Path
) -> None:
    delivered, nowhere = numbered(1), numbered(2)
    for text in (delivered, nowhere):
        kept.put(text)
        await text.keep(tmp_path / f"{text.number}.pcm", None)
    delivered.last_place = "clipboard"
    nowhere.review = nowhere.review.reject()
    assert await kept.close() == [Kept(tmp_path / "2.txt", None)]
    assert (tmp_path / "2.txt").read_text() == "one two\n"
    assert not (tmp_path / "1.txt").exists()


def test_one_that_was_forgotten_while_it_was_edited_does_not_come_back(kept: Texts) -> None:
    first = numbered(1)
    kept.put(first)
    for number in (2, 3, 4):
        kept.put(numbered(number))
    kept.put(first)
    assert kept.get(1) is None
