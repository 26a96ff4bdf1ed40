"""Ten thousand hostile texts in real shells: with the default options nothing is run, without them it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.deliver.sanitize import for_terminal
from engine.deliver.shape import Shape, Shapes
from tests.support.hostile_texts import hostile_texts
from tests.support.panes import Panes, tmux_panes, until

TEXTS = 10_000
DROP_LINE = "\x15"
"""Ctrl+u empties the line in bash and zsh, and in the line discipline that dash uses."""

BETWEEN = {True: f"\x1b[201~{DROP_LINE}\x1b[200~", False: DROP_LINE}
"""What stands between two pastes, with brackets and without them."""

WITHOUT_BRACKETS = {"bash": " bind 'set enable-bracketed-paste off'", "zsh": " unset zle_bracketed_paste"}


@pytest.fixture(scope="module")
def panes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panes]:
    with tmux_panes(tmp_path_factory.mktemp("tmux")) as opened:
        yield opened


def shell_in(panes: Panes, folder: Path, name: str, *, brackets: bool) -> str:
    """Start a shell in a folder."""
    pane = panes.shell(name)
    panes.type(pane, f" cd {folder}\n")
    if not brackets and name in WITHOUT_BRACKETS:
        panes.type(pane, WITHOUT_BRACKETS[name] + "\n")
    panes.type(pane, " touch begun\n")
    until((folder / "begun").exists)
    return pane


def paste_all(panes: Panes, pane: str, texts: list[str], *, brackets: bool) -> None:
    """Paste texts one by one, each into an empty line, in one run of tmux.

    tmux puts a separator in the place of each newline, and no text may hold one; with the end of the
    brackets, a key and their begin as separator, the program reads what as many pastes would have sent.
    """
    assert not any("\n" in text for text in texts)
    file = panes.folder / "texts"
    file.write_text("\n".join(texts), encoding="utf-8")
    panes.run("load-buffer", "-b", "texts", str(file))
    panes.run("paste-buffer", "-p", "-d", "-s", BETWEEN[brackets], "-b", "texts", "-t", pane)


def made_in(panes: Panes, pane: str, folder: Path) -> set[str]:
    """Have the shell run a command of ours, when it has read everything, and see what files there are."""
    panes.run("send-keys", "-t", pane, "C-u")
    panes.type(pane, " touch ended\n")
    until((folder / "ended").exists)
    return {entry.name for entry in folder.iterdir()} - {"begun", "ended"}


@pytest.mark.parametrize(
    ("shell", "brackets"), [("bash", True), ("zsh", True), ("dash", False), ("bash", False), ("zsh", False)]
)
def test_ten_thousand_hostile_texts_run_nothing(
    panes: Panes, tmp_path: Path, shell: str, brackets: bool
) -> None:
    shape = Shapes().terminal
    texts = [" ".join(shape.lines(for_terminal(text))) for text in hostile_texts(TEXTS, "ran")]
    pane = shell_in(panes, tmp_path, shell, brackets=brackets)
    paste_all(panes, pane, texts, brackets=brackets)
    assert made_in(panes, pane, tmp_path) == set()


def raw(text: str) -> str:
    return text


def cleaned_alone(text: str) -> str:
    return for_terminal(text)


def joined_alone(text: str) -> str:
    return Shape("join").text(text)


@pytest.mark.parametrize(
    ("shell", "brackets", "treated"),
    [
        ("bash", True, raw),
        ("zsh", True, raw),
        ("dash", False, raw),
        ("bash", True, joined_alone),
        ("zsh", True, joined_alone),
        ("dash", False, cleaned_alone),
        ("bash", False, cleaned_alone),
        ("zsh", False, cleaned_alone),
    ],
)
def test_the_same_texts_are_run_without_either_half_of_the_care(
    panes: Panes, tmp_path: Path, shell: str, brackets: bool, treated: Callable[[str], str]
) -> None:
    texts = [treated(text).replace("\n", "\r") for text in hostile_texts(60, "ran")]
    pane = shell_in(panes, tmp_path, shell, brackets=brackets)
    encodable = [text.encode(errors="replace").decode() for text in texts]
    paste_all(panes, pane, encodable, brackets=brackets)
    until((tmp_path / "ran").exists)


def test_a_shell_gets_the_texts_as_the_target_hands_them_over(panes: Panes, tmp_path: Path) -> None:
    """The one by one of above is what the target does: the same bytes, for a few of the texts."""
    texts = hostile_texts(40)
    one, first = panes.raw()
    for text in texts:
        panes.paste(one, text)
        panes.run("send-keys", "-t", one, "C-u")
    two, second = panes.raw()
    shape = Shapes().terminal
    paste_all(panes, two, [shape.text(for_terminal(text)) for text in texts], brackets=False)
    panes.run("send-keys", "-t", two, "C-u")
    until(lambda: second.read_bytes().count(DROP_LINE.encode()) == len(texts))
    until(lambda: first.stat().st_size == second.stat().st_size)
    assert first.read_bytes() == second.read_bytes()
