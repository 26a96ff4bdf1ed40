"""Fields of a mode's table that never reach a recogniser, by their effect on a session."""

from __future__ import annotations

import pytest

from engine.audio.format import RawBlock
from engine.audio.validate import TRUST_AFTER, Checked, Validator
from engine.events import Delivered, Enhanced, EnhancementGrew, Measured, TranscriptChanged
from tests.support.gated import Gated
from tests.support.scripted import speech
from tests.support.scripted_dictation import sentence
from tests.support.scripted_session import staged

SAID = speech(sentence(4))


@pytest.mark.parametrize("mode", ["quality", "balanced", "speed"])
@pytest.mark.parametrize("ahead", [True, False])
async def test_the_final_text_is_made_before_the_stop_only_where_the_mode_says_so(
    monkeypatch: pytest.MonkeyPatch, mode: str, ahead: bool
) -> None:
    row = {"recognition__performance": mode, f"{mode}__ahead": ahead}
    async with staged(monkeypatch, Gated(), **row) as stage:
        stage.session.start_recording()
        await stage.play(SAID, 0, len(SAID.voice))
        await stage.driver.wait_until(TranscriptChanged, lambda event: bool(event.committed))
        if ahead:
            await stage.driver.wait_for(EnhancementGrew)
        assert bool(stage.driver.all(EnhancementGrew)) == ahead
        stage.session.stop_recording()
        await stage.driver.wait_for(Delivered)
        assert stage.session.raw_text == "w0 w1 w2 w3"
        assert len(stage.driver.all(Enhanced)) == 1
        measured = await stage.driver.wait_until(Measured, lambda event: event.performance.dictations == 1)
        # A cleanup that was done before the stop took no time behind it.
        assert ("cleanup" not in measured.performance.stages_ms) == ahead


async def test_of_a_trusted_device_the_modes_share_is_checked_from_the_start_and_when_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[int] = []
    check_all = Validator._check_all

    def counting(validator: Validator, block: RawBlock) -> Checked:
        checked.append(len(block))
        return check_all(validator, block)

    monkeypatch.setattr(Validator, "_check_all", counting)
    row = {"balanced__checked_share": 0.0, "speed__checked_share": 0.5, "quality__checked_share": 1.0}
    async with staged(monkeypatch, Gated(), **row) as stage:
        hushed = speech([], lead=180)
        for at in range(60):
            await stage.play(hushed, at, at + 1)
        assert TRUST_AFTER <= sum(checked) < TRUST_AFTER + 512
        for start, mode, blocks in [(60, "quality", 40), (100, "speed", 20), (140, "balanced", 0)]:
            checked.clear()
            stage.session.live.set_performance(mode)
            for at in range(start, start + 40):
                await stage.play(hushed, at, at + 1)
            assert len(checked) == blocks
