"""Texts on their way to where the user works: panes of a real tmux, chosen live, gone, and chosen anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.audio.sample import sample_path
from engine.settings.schema import Settings
from tests.support.shipped_settings import shipped_settings
from tests.support.terminal import Terminal, terminal
from tests.tui.running import Running, running
from tui.screens.target_picker import TargetPicker

SAID = "The quarterly report is due on Friday"
"""How the sample recording begins, as PocketSphinx and tidy have it."""


@pytest.fixture
def panes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A tmux server with one pane, %0, in which `cat` shows what it is given; we run beside it."""
    with terminal(tmp_path, 100, 20) as opened:
        opened.start(["cat"], {})
        monkeypatch.setenv("TMUX", f"{tmp_path / 'tmux.sock'},1,0")
        monkeypatch.delenv("TMUX_PANE", raising=False)
        yield opened


def joined(pane: Terminal) -> str:
    """What is in the pane, whatever lines it was broken into."""
    return "".join(pane.screen().split("\n"))


async def choose(it: Running, typed: str, spec: str) -> None:
    """Find a target in the picker and take it."""
    await it.pilot.press("o")
    picker = it.app.screen
    assert isinstance(picker, TargetPicker)
    await it.until(lambda: not picker._looking)
    await it.pilot.press(*typed)
    await it.until(lambda: [row.name for row in picker._list.rows][:1] == [spec])
    await it.pilot.press("enter")
    await it.until(lambda: it.app.screen is it.app.workstation)


def head(it: Running) -> str:
    return it.shown().splitlines()[0]


def messages(it: Running) -> str:
    return " ".join(f"{notice.message} {notice.remedy}" for notice in it.app.workstation.messages.notices)


async def test_a_pane_is_chosen_dictated_into_lost_and_replaced(panes: Terminal, tmp_path: Path):
    async with running(shipped_settings()) as it:
        await choose(it, "%0", "tmux:%0")
        await it.until(lambda: "→ tmux %0 (" in head(it))
        assert it.remembered == {}, "the number of a pane means nothing in the next run"
        await it.pilot.press("d")
        await it.until(lambda: "delivered → tmux %0 (" in head(it))
        await it.until(lambda: joined(panes).count(SAID) == 1)

        await it.pilot.press("P")
        await it.until(lambda: joined(panes).count(SAID) == 2)

        panes._run("new-session", "-d", "-n", "other", "cat")
        panes._run("kill-pane", "-t", "%0")
        await it.pilot.press("P")
        await it.until(lambda: "✕ not delivered" in head(it))
        assert "The text did not reach tmux %0" in messages(it)
        assert "o chooses another place, P tries again." in messages(it)
        assert panes.buffer().startswith(SAID), "it is kept where tmux pastes from"

        await choose(it, "tmux:%1", "tmux:%1")
        await it.pilot.press("P")
        await it.until(lambda: "delivered → tmux %1 (cat)" in head(it))
        await it.until(lambda: SAID in panes._run("capture-pane", "-p", "-J", "-t", "%1"))
        assert "did not reach" not in messages(it)


async def test_a_pane_that_is_not_there_is_said_when_it_is_chosen(panes: Terminal):
    async with running(shipped_settings()) as it:
        await choose(it, "tmux:%77", "tmux:%77")
        await it.until(lambda: "Texts cannot go to tmux %77: There is no pane %77" in messages(it))


async def test_the_header_follows_the_writing_mode_and_each_text_its_own(panes: Terminal, tmp_path: Path):
    notes = tmp_path / "notes.md"
    async with running(_with_target("email", f"file:{notes}")) as it:
        await choose(it, "%0", "tmux:%0")
        await it.until(lambda: "→ tmux %0" in head(it))
        await it.pilot.press("m")
        await it.until(lambda: f"→ file {notes}"[:16] in head(it))
        await it.pilot.press("d")
        await it.until(notes.exists)
        await it.until(lambda: SAID in notes.read_text())
        assert SAID not in joined(panes)
        await it.pilot.press("m")
        await it.until(lambda: "→ tmux %0" in head(it))


def _with_target(mode: str, target: str) -> Settings:
    shipped = shipped_settings()
    own = shipped.modes[mode].model_copy(update={"target": target})
    return shipped.model_copy(update={"modes": {**shipped.modes, mode: own}})


def _environment(home: Path) -> dict[str, str]:
    kinds = ("CONFIG", "DATA", "STATE", "CACHE")
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    runtime = {"XDG_RUNTIME_DIR": str(home / "runtime")}
    return {**folders, **runtime, "HOME": str(home), "DISPLAY": "", "TERM": "tmux-256color"}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("into_file", [True, False], ids=["into a file", "onto the terminal"])
def test_a_text_for_standard_output_comes_also_when_utter_is_left(
    into_file: bool, home: Path, tmp_path: Path
):
    utter = [sys.executable, "-m", "tui.cli", "--to", "stdout", "--source", str(sample_path())]
    with terminal(tmp_path, 100, 30) as pane:
        written = tmp_path / "texts"
        into = f' > "{written}"' if into_file else ""
        pane.start(["sh", "-c", f'"$@"{into}', "sh", *utter], _environment(home))
        pane.wait_for("→ standard output")
        pane.wait_for("○ ready")
        pane.type("d")
        pane.wait_for("quarterly")
        pane.type("Space", "q")  # the end of the recording, and at once the way out
        screen = pane.wait_for("ended with 0", timeout_s=40)
        assert "quarterly" in (written.read_text() if into_file else screen)


def test_a_mistake_in_the_target_is_one_line(home: Path, tmp_path: Path):
    with terminal(tmp_path, 100, 30) as pane:
        pane.start([sys.executable, "-m", "tui.cli", "--to", "tmxu:%3"], _environment(home))
        screen = pane.wait_for("ended with 2")
        assert screen.startswith('utter: "tmxu:%3" is no place for a text. Did you mean tmux?')
