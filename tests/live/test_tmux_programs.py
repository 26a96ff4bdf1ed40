"""Texts of all scripts in the line editors of real shells and in a real vim, in panes of a real tmux."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.deliver.shape import Shape
from engine.deliver.target import Delivery
from tests.support.panes import Panes, read_until, tmux_panes, until

TEXTS = {
    "combining marks": "Cafe\u0301, e\u0323\u0302, \u1ea1\u0301; n\u0303o; Z\u0351\u0343\u0352a\u0329lgo",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 👋🏽 🇩🇪 ❤\ufe0f 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3",
    "right to left": "שלום עולם\u200f! مرحبا بالعالم، می\u200cخواهم",
    "east asian": "你好，世界。こんにちは、世界! 안녕하세요 ｆｕｌｌ 𠮷野家",
    "india and thailand": "नमस्ते दुनिया, क्\u200dष, வணக்கம், สวัสดีชาวโลก",
    "signs": "„Größe“ – 5 € × 3 ≈ 15 € … 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ½ \u00a0 no break",
    "meant for shells": '$HOME `id` $(id) "x" \\n \\ !! !$ ~ * ? {a,b} | & ; < > # % ^ [a] #{pane_id} C-c ',
}
LONG = ("Ein langer Satz mit ä, 世界, e\u0301 und 👩\u200d👧 darin, gesprochen in einem Zug. " * 200)[:10_000]


@pytest.fixture(scope="module")
def panes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panes]:
    with tmux_panes(tmp_path_factory.mktemp("tmux")) as opened:
        yield opened


@pytest.fixture(scope="module")
def shells(panes: Panes) -> dict[str, str]:
    """The panes of interactive shells, by name."""
    return {name: panes.shell(name) for name in ("bash", "zsh", "dash")}


def into_variable(panes: Panes, pane: str, text: str, shape: Shape | None = None) -> bytes:
    """Paste a text between quotes at the prompt of a shell, and have the shell write what it got."""
    file = panes.folder / "said"
    file.unlink(missing_ok=True)
    panes.type(pane, " X='")
    assert panes.paste(pane, text, shape).status is Delivery.DELIVERED
    panes.type(pane, f"'; printf '%s.' \"$X\" > {file}\n")
    return read_until(file, text.encode() + b".")


@pytest.mark.parametrize("shell", ["bash", "zsh", "dash"])
@pytest.mark.parametrize("kind", TEXTS)
def test_a_shell_gets_every_byte(panes: Panes, shells: dict[str, str], shell: str, kind: str) -> None:
    assert into_variable(panes, shells[shell], TEXTS[kind]).decode() == TEXTS[kind] + "."


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_ten_thousand_characters_in_one_line(panes: Panes, shells: dict[str, str], shell: str) -> None:
    assert into_variable(panes, shells[shell], LONG).decode() == LONG + "."


def test_what_dash_cannot_take_in_one_line_is_refused(panes: Panes, shells: dict[str, str]) -> None:
    outcome = panes.paste(shells["dash"], LONG)
    assert outcome.status is Delivery.FAILED
    assert "(dash)" in outcome.target
    assert "takes 4,095 bytes a line" in outcome.detail
    assert into_variable(panes, shells["dash"], "still usable") == b"still usable."


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_kept_line_ends_run_nothing_in_a_shell_with_brackets(
    panes: Panes, shells: dict[str, str], shell: str
) -> None:
    mark = panes.folder / f"ran-{shell}"
    text = f"'; touch {mark}\ntouch {mark}\n: '"
    file = panes.folder / "kept"
    file.unlink(missing_ok=True)
    panes.type(shells[shell], " X='")
    panes.paste(shells[shell], text, Shape("keep"))
    until(lambda: ": '" in panes.screen(shells[shell]))
    # The whole of it is one line to the shell, for nothing in it was taken for enter.
    panes.interrupt(shells[shell])
    panes.type(shells[shell], f" touch {file}\n")
    until(file.exists)
    assert not mark.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "dash"])
def test_enter_that_is_asked_for_runs_the_line(panes: Panes, shells: dict[str, str], shell: str) -> None:
    mark = panes.folder / f"made-{shell}"
    panes.paste(shells[shell], f"touch\n{mark}", Shape("join", enter=True))
    until(mark.exists)


@pytest.mark.parametrize("shell", ["bash", "zsh", "dash"])
def test_shift_enter_runs_nothing_in_a_shell_that_does_not_know_it(
    panes: Panes, shells: dict[str, str], shell: str
) -> None:
    mark, after = panes.folder / f"shifted-{shell}", panes.folder / f"after-{shell}"
    panes.paste(shells[shell], f"touch {mark}\n\n", Shape("shift-enter"))
    until(lambda: mark.name in panes.screen(shells[shell]))
    panes.interrupt(shells[shell])
    panes.type(shells[shell], f" touch {after}\n")
    until(after.exists)
    assert not mark.exists()


def written_by_vim(panes: Panes, name: str, text: str, shape: Shape, *options: str) -> str:
    """Paste into vim's insert mode, save, and read the file."""
    file = panes.folder / name
    pane = panes.vim(file, *options)
    assert panes.paste(pane, text, shape).status is Delivery.DELIVERED
    panes.run("send-keys", "-t", pane, "Escape")
    # Escape alone is told from the begin of a key's sequence by what does not follow for a while.
    until(lambda: "-- INSERT" not in panes.screen(pane))
    panes.type(pane, ":x\n")
    until(lambda: pane not in panes.run("list-panes", "-a", "-F", "#{pane_id}").split())
    return file.read_text(encoding="utf-8")


def test_vim_gets_every_byte_and_its_indentation_stays_out(panes: Panes) -> None:
    text = "\n".join([*TEXTS.values(), "    indented:", "\tby a tab", "and not."])
    got = written_by_vim(panes, "kept", text, Shape("keep", "newline"), "-c", "set autoindent cindent")
    assert got == text + "\n\n"  # vim ends its last line, which is the empty one behind ours


def test_vim_gets_ten_thousand_characters_in_one_line(panes: Panes) -> None:
    text = LONG.replace("darin, ", "darin,\n")
    assert written_by_vim(panes, "long", text, Shape("join")) == LONG.rstrip() + "\n"


def test_vim_knows_shift_enter(panes: Panes) -> None:
    text = "first\n\nthird\n"
    assert written_by_vim(panes, "shifted", text, Shape("shift-enter")) == text + "\n"


def test_a_vim_without_brackets_takes_lines_as_typed(panes: Panes) -> None:
    options = ("--cmd", "set t_BE=", "-c", "set autoindent")
    got = written_by_vim(panes, "typed", "first\n\n  third 世界\nfourth", Shape("keep"), *options)
    assert got == "first\n\n  third 世界\n  fourth\n"
