from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.deliver.sanitize import for_terminal
from tui.panels.plain import one_line, plain
from tui.panels.wrap import _wrap_even, _wrap_uneven, common_prefix, wrap

TEXT = st.text(alphabet="ab c\n漢字e\u0301ü", max_size=80)
WIDTH = st.integers(2, 20)


def lines(text: str, width: int) -> list[str]:
    return [text[begin:end] for begin, end in wrap(text, width)]


def test_words_stay_whole():
    assert lines("the quick brown fox", 10) == ["the quick ", "brown fox"]


def test_a_word_longer_than_a_line_is_cut():
    assert lines("abcdefgh", 3) == ["abc", "def", "gh"]


def test_wide_characters_take_two_cells_and_break_anywhere():
    assert lines("漢字漢字", 5) == ["漢字", "漢字"]


def test_newlines_begin_lines_and_belong_to_none():
    assert lines("a\n\nb", 9) == ["a", "", "b"]


def test_an_empty_text_is_one_empty_line():
    assert wrap("", 5) == [(0, 0)]


@given(TEXT, WIDTH)
def test_nothing_is_lost_and_nothing_is_too_wide(text, width):
    wrapped = wrap(text, width)
    assert "".join(text[begin:end] for begin, end in wrapped) == text.replace("\n", "")
    assert all(cell_len(text[begin:end].rstrip(" ")) <= width for begin, end in wrapped)


@given(st.text(alphabet="abc ü—", max_size=80), st.integers(1, 20))
def test_where_all_characters_take_one_cell_the_quick_way_breaks_as_the_other(text, width):
    assert _wrap_even(text, width) == _wrap_uneven(text, width)


@given(TEXT, TEXT, WIDTH)
def test_more_text_moves_no_earlier_break(text, more, width):
    before, after = wrap(text, width), wrap(text + more, width)
    keep = max(0, len(before) - 2)
    assert after[:keep] == before[:keep]


@given(TEXT, TEXT)
def test_common_prefix_is_common_and_longest(one, other):
    length = common_prefix(one, other)
    assert one[:length] == other[:length]
    assert one[length : length + 1] != other[length : length + 1] or length in (len(one), len(other))


def test_controls_are_stripped_and_line_ends_kept():
    assert plain("a\x1b[31mb\x07\tc\r\nd\x9be\u2028f\u202eg") == "ab c\nde\nfg"
    assert one_line(" a \n b\x00 ") == "a b"


@given(st.text())
def test_plain_text_holds_no_control_but_newline(text):
    assert all(
        character == "\n" or character.isprintable() or ord(character) > 0x9F for character in plain(text)
    )


def test_joiners_of_emoji_and_scripts_survive():
    assert plain("👩\u200d💻 नि\u200cते") == "👩\u200d💻 नि\u200cते"


@given(st.text())
def test_what_is_drawn_is_what_is_delivered_without_marks_of_direction(text):
    delivered = for_terminal(text).replace("\t", " ")
    assert plain(text) == "".join(one for one in delivered if one not in "\u061c\u200e\u200f")


def test_a_soft_hyphen_and_what_hides_text_are_not_drawn():
    assert plain("co\u00adop \u200eleft\u061c \U000e0041\ufeff") == "coop left "
