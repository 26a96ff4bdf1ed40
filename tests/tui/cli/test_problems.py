"""What goes wrong on a thread of its own reaches the user: on the screen, or behind it."""

from __future__ import annotations

import threading

import pytest

from engine.errors import SettingsError
from engine.settings.schema import Settings
from tests.tui.running import running
from tui.cli.workstation import Problems

PROBLEM = SettingsError("The change cannot be remembered.", "Make room.")


async def test_a_problem_of_another_thread_comes_to_the_screen(settings: Settings) -> None:
    problems = Problems()
    async with running(settings) as run:
        problems.app = run.app
        problems.listen()
        thread = threading.Thread(target=problems.add, args=(PROBLEM,))
        thread.start()
        await run.until(lambda: "cannot be remembered" in run.shown())
        thread.join()
    assert problems.untold == []
    problems.add(PROBLEM)
    assert problems.untold == [PROBLEM]


@pytest.mark.parametrize("loop_is_there", [True, False])
async def test_what_comes_while_no_screen_is_there_is_kept_for_the_terminal(loop_is_there: bool) -> None:
    problems = Problems()
    if loop_is_there:
        problems.listen()
    problems.add(PROBLEM)
    assert problems.untold == [PROBLEM]
