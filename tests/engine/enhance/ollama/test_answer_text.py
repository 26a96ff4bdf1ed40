"""The text in an answer, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.ollama.answer_text import AnswerText

ANSWERS = {
    "The report is due.": "The report is due.",
    "  \n The report is due.": "The report is due.",
    "<think>\nA poem? No.\n</think>\n\nThe report is due.": "The report is due.",
    "<think></think>The report.": "The report.",
    "<think>one</think><think>two</think> The report.": "The report.",
    "<thought>a < b </thin </thought>The report.": "The report.",
    "<dictation>\nThe report is due.\n</dictation>": "The report is due.\n",
    "<think>x</think>\n<dictation>The report.</dictation>": "The report.",
    "The <think> tag and </think> stay.": "The <think> tag and </think> stay.",
    "<thinker>": "<thinker>",
    "<": "<",
    "a </dic": "a </dic",
    "a < b </ c": "a < b </ c",
    "": "",
    "<think>never ends": "",
    "<think>never ends</think": "",
}


def text_of(pieces: list[str]) -> str:
    answer = AnswerText("<dictation>", "</dictation>")
    return "".join([*(answer.feed(piece) for piece in pieces), answer.rest()])


@pytest.mark.parametrize(("answer", "text"), ANSWERS.items())
@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_thoughts_and_delimiters_are_left_out(answer: str, text: str, size: int) -> None:
    assert text_of([answer[at : at + size] for at in range(0, len(answer), size)]) == text


@given(st.sampled_from(list(ANSWERS)), st.data())
def test_wherever_it_is_cut(answer: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)))))
    pieces = [answer[start:end] for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    assert text_of(pieces) == ANSWERS[answer]


def test_words_are_not_held_back() -> None:
    answer = AnswerText("<dictation>", "</dictation>")
    assert [answer.feed(piece) for piece in ("The", " report", " is <", " 3", ".")] == [
        *("The", " report", " is ", "< 3", ".")
    ]


def test_whether_it_thinks_is_known() -> None:
    answer = AnswerText("<dictation>", "</dictation>")
    told = []
    for piece in ("<thi", "nk>", "hm", "</think>", "Text"):
        answer.feed(piece)
        told.append(answer.thinks)
    assert told == [False, True, True, False, False]
