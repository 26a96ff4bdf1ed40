"""System Events of macOS: what osascript is given, and what is said about permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.deliver.inject.macos import LOOK, PRESS, SystemEvents
from engine.deliver.inject.window_backend import Window
from engine.errors import DeliveryError
from tests.support.desktop_programs import StageDesktop


@pytest.fixture
def stage(tmp_path: Path) -> StageDesktop:
    return StageDesktop(tmp_path)


def on_a_mac(stage: StageDesktop, **more: str) -> SystemEvents:
    return SystemEvents(stage.environ | more, platform="darwin")


def test_it_works_on_a_mac_alone(stage: StageDesktop) -> None:
    assert on_a_mac(stage).why_not() == (
        "osascript is not installed; it belongs to macOS: add /usr/bin to PATH."
    )
    stage.put("osascript")
    assert on_a_mac(stage).why_not() is None
    assert "over SSH" in (on_a_mac(stage, SSH_CONNECTION="1.2.3.4 5 6.7.8.9 22").why_not() or "")
    assert SystemEvents(stage.environ, platform="linux").why_not() == "This is not macOS."
    assert stage.calls == []


async def test_keys_are_arguments_of_one_script(stage: StageDesktop) -> None:
    stage.put("osascript")
    await on_a_mac(stage).press("paste", "terminal-paste", "enter", "shift-enter")
    assert stage.calls == [["osascript", "-e", PRESS, "paste", "paste", "enter", "shift-enter"]]


@pytest.mark.parametrize(
    ("answer", "window"),
    [
        ("com.apple.Terminal\nTerminal: ~ — zsh", Window("Terminal: ~ — zsh", is_terminal=True)),
        ("com.googlecode.iterm2\niTerm2", Window("iTerm2", is_terminal=True)),
        ("com.apple.TextEdit\nTextEdit: Letter", Window("TextEdit: Letter", is_terminal=False)),
        ("\nnameless", Window("nameless", is_terminal=None)),
    ],
)
async def test_the_application_in_front_is_known(answer: str, window: Window, stage: StageDesktop) -> None:
    stage.put("osascript", f"/bin/cat <<'END'\n{answer}\nEND")
    assert await on_a_mac(stage).focused() == window
    assert stage.calls == [["osascript", "-e", LOOK]]


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (
            "error: System Events got an error: osascript is not allowed to send keystrokes. (1002)",
            "Privacy & Security → Accessibility",
        ),
        (
            "error: System Events got an error: osascript is not allowed assistive access. (-1719)",
            "Privacy & Security → Accessibility",
        ),
        (
            "error: Not authorized to send Apple events to System Events. (-1743)",
            "Privacy & Security → Automation",
        ),
        (
            "error: System Events got an error: AppleEvent timed out. (-1712)",
            "System Events failed: 79:121: error",
        ),
    ],
)
async def test_what_osascript_complains_about_is_explained(
    complaint: str, said: str, stage: StageDesktop
) -> None:
    stage.put("osascript", f"echo '79:121: {complaint}' >&2; exit 1")
    with pytest.raises(DeliveryError) as caught:
        await on_a_mac(stage).press("paste")
    assert said in str(caught.value)


async def test_texts_are_never_typed(stage: StageDesktop) -> None:
    stage.put("osascript")
    assert not on_a_mac(stage).types
    assert not on_a_mac(stage).can_type
    with pytest.raises(DeliveryError, match="unreliably"):
        await on_a_mac(stage).type("naïve")
    assert stage.calls == []
