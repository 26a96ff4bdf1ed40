"""What is said of delivery: where texts go, what became of each, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.deliver.target import Delivery, Outcome
from engine.events import Delivered, RecordingStarted, StateChanged, TargetChanged
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, words
from tui.screens.delivery_news import the

MakeStage = Callable[..., Stage]
PANE = TargetChanged("tmux:%3", "tmux %3 (vim)")
GONE = "There is no pane %3 in tmux, or no longer."


def head(app: Stage) -> str:
    return screen_lines(app)[0].rstrip()


async def test_a_change_of_the_target_is_shown_and_said_but_not_at_the_start(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, TargetChanged("clipboard", "clipboard (xclip)"))
        assert head(app).endswith("→ clipboard (xclip)")
        assert "Texts go to" not in words(app)
        await publish(pilot, PANE)
        assert head(app).endswith("→ tmux %3 (vim)")
        assert "Texts go to tmux %3 (vim)." in words(app)
        await publish(pilot, TargetChanged("file:~/n.md", "file ~/n.md", mode="notes"))
        assert "Texts in mode notes go to file ~/n.md." in words(app)


async def test_another_name_of_the_same_target_is_shown_without_a_word(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, PANE, TargetChanged("tmux:%3", "tmux %3 (bash)"))
        assert head(app).endswith("→ tmux %3 (bash)")
        assert "Texts go to" not in words(app)


async def test_a_problem_stands_until_it_is_none_any_more(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, TargetChanged("tmux:%3", "tmux %3", GONE))
        assert f"! Texts cannot go to tmux %3: {GONE} o chooses another place." in words(app)
        await publish(pilot, TargetChanged("clipboard", "clipboard", "There is no desktop here."))
        assert app.workstation.messages.notices == ()


@pytest.mark.parametrize(
    ("outcome", "header", "said"),
    [
        (
            Outcome(Delivery.DELIVERED, "tmux %3 (vim)"),
            "delivered → tmux %3 (vim)",
            "Delivered to tmux %3 (vim).",
        ),
        (
            Outcome(Delivery.SENT, "focused window"),
            "sent → focused window",
            "Sent to the focused window. Whether it arrived cannot be known.",
        ),
        (
            Outcome(Delivery.SENT, "terminal (OSC 52)", "xclip is not there."),
            "sent → terminal (OSC 52)",
            "Sent to the terminal (OSC 52). xclip is not there.",
        ),
        (
            Outcome(Delivery.FAILED, "tmux %3", GONE, "clipboard (xclip)"),
            "✕ not delivered (kept on the clipboard (xclip))",
            f"✕ The text did not reach tmux %3; it is kept on the clipboard (xclip). {GONE} "
            "o chooses another place, P tries again.",
        ),
        (
            Outcome(Delivery.FAILED, "tmux %3", GONE, "terminal (OSC 52)"),
            "✕ not delivered (sent to the terminal (OSC 52))",
            "✕ The text did not reach tmux %3; it was sent to the terminal (OSC 52).",
        ),
        (
            Outcome(Delivery.FAILED, "clipboard", "xclip is not there."),
            "✕ not delivered",
            "✕ The text did not reach the clipboard. xclip is not there.",
        ),
    ],
)
async def test_a_delivery_says_what_is_known_and_no_more(
    stage: MakeStage, outcome: Outcome, header: str, said: str
):
    app = stage()
    async with app.run_test(size=(140, 40)) as pilot:
        await publish(pilot, PANE, Delivered(1, outcome))
        assert head(app).endswith(header)
        assert said in words(app)
        await publish(pilot, RecordingStarted(2, 1.0))
        assert head(app).endswith("→ tmux %3 (vim)")


async def test_a_failure_takes_the_place_of_the_problem_and_goes_with_the_next_success(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        failed = Delivered(1, Outcome(Delivery.FAILED, "tmux %3", GONE, "clipboard"))
        await publish(pilot, PANE, TargetChanged("tmux:%3", "tmux %3", GONE), failed)
        (notice,) = app.workstation.messages.notices
        assert notice.message == "The text did not reach tmux %3; it is kept on the clipboard."
        await publish(pilot, Delivered(2, Outcome(Delivery.DELIVERED, "tmux %5")))
        assert notice in app.workstation.messages.notices, "that was another text"
        await publish(pilot, Delivered(1, Outcome(Delivery.DELIVERED, "tmux %5")))
        assert notice not in app.workstation.messages.notices


async def test_a_text_that_is_copied_because_the_first_cannot_be_taken_back_says_so(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(140, 40)) as pilot:
        await publish(pilot, PANE)
        await publish(pilot, Delivered(0, Outcome(Delivery.DELIVERED, "clipboard"), "tmux %3 (vim)"))
        assert (
            "What went to tmux %3 (vim) stays as it is there. The new text is on the clipboard; "
            "P delivers it as well." in words(app)
        )
        sent = Outcome(Delivery.SENT, "terminal (OSC 52)")
        await publish(pilot, Delivered(0, sent, "focused window"))
        assert "What went to the focused window stays as it is there." in words(app)
        assert "The new text was sent to the terminal (OSC 52);" in words(app)


async def test_a_small_window_keeps_the_pane_in_the_header(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(40, 8)) as pilot:
        await publish(pilot, StateChanged(DictationState.READY, DictationState.STARTING), PANE)
        assert head(app).endswith("→ tmux %3")
        long = TargetChanged("file:~/x", "file ~/a/very/long/path/of/many/folders/notes.md")
        await publish(pilot, long)
        assert head(app).endswith("→ file ~/a/very/lon…")


def test_only_common_nouns_take_an_article():
    assert the("clipboard (xclip)") == "the clipboard (xclip)"
    assert the("last tmux pane, %3 (vim)") == "the last tmux pane, %3 (vim)"
    assert the("tmux %3 (vim)") == "tmux %3 (vim)"
    assert the("standard output") == "standard output"


@pytest.mark.parametrize(
    ("detail", "standing"),
    [
        ("It held an image.", False),
        ("It is printed when utter ends.", True),
    ],
)
async def test_only_what_holds_for_every_text_is_said_but_once(stage: MakeStage, detail: str, standing: bool):
    app = stage()
    said = []
    async with app.run_test(size=(140, 40)) as pilot:
        for dictation in (1, 2):
            outcome = Outcome(Delivery.DELIVERED, "tmux %3", detail, standing=standing)
            await publish(pilot, Delivered(dictation, outcome))
            said.append(detail in words(app))
    assert said == [True, not standing]
