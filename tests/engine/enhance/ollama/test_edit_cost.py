"""What an edit costs: arithmetic on rates, and the file that keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.ollama.edit_cost import (
    Cost,
    Measured,
    Rates,
    Timing,
    cost,
    estimated,
    parameters,
    seconds_for,
)
from engine.enhance.ollama.edit_rates import MOST_MODELS, EditRates, read_rates


def test_a_paragraph_is_read_and_written() -> None:
    assert seconds_for(100, Rates(prompt_per_s=1300, tokens_per_s=65)) == pytest.approx(0.1 + 2.0)
    assert seconds_for(100, Rates(0, 65)) == pytest.approx(2.0)
    assert seconds_for(100, Rates(0, 65), token_factor=1.5) == pytest.approx(3.0)


def test_rates_come_from_the_last_answers() -> None:
    measured = Measured()
    assert measured.rates is None
    for ms in (1000, 2000, 100_000):
        measured.add(Timing(300, 300, 100, ms))
    assert measured.rates == Rates(1000, 50)


def test_a_prompt_out_of_the_cache_is_not_taken_for_fast_reading() -> None:
    measured = Measured()
    measured.add(Timing(prompt_tokens=400, prompt_ms=500, tokens=100, generation_ms=2000))
    measured.add(Timing(prompt_tokens=420, prompt_ms=20, tokens=100, generation_ms=2000))
    assert measured.rates == Rates(800, 50)


def test_a_few_tokens_say_nothing() -> None:
    measured = Measured()
    measured.add(Timing(300, 300, tokens=1, generation_ms=400))
    assert measured.rates is None
    measured.add(Timing(0, 0, tokens=100, generation_ms=0))
    assert measured.rates is None


def test_rates_of_before_hold_until_there_are_new_ones() -> None:
    measured = Measured(Rates(700, 30))
    assert measured.rates == Rates(700, 30)
    measured.add(Timing(400, 1000, 1, 1))
    assert measured.rates == Rates(400, 30)
    measured.add(Timing(400, 1000, 50, 1000))
    assert measured.rates == Rates(400, 50)


@pytest.mark.parametrize(
    ("written", "count"),
    [("3.1B", 3.1e9), ("135.6M", 135.6e6), ("8x7B", 56e9), ("7b", 7e9), ("1.5 B", 1.5e9), ("3", 3e9)],
)
def test_sizes_as_servers_write_them(written: str, count: float) -> None:
    assert parameters(written) == pytest.approx(count)


@pytest.mark.parametrize("written", ["", "large", "B", "3.1.2B", "-3B", "0B", "nan", "٣B"[1:]])
def test_sizes_that_are_none(written: str) -> None:
    assert parameters(written) is None


@given(st.text(max_size=12))
def test_no_size_is_an_error(written: str) -> None:
    count = parameters(written)
    assert count is None or count > 0


def test_a_guess_is_made_from_the_model_nearest_in_size() -> None:
    known = [("3.8B", Rates(1000, 40)), ("70B", Rates(50, 4))]
    assert estimated("7.6B", known) == Rates(500, 20)
    assert estimated("35B", known) == Rates(100, 8)
    assert estimated("", known) is None
    assert estimated("7B", [("", Rates(1, 1))]) is None


def test_a_cost_says_whether_it_was_measured() -> None:
    sizes, measured = {"a": "4B", "b": "8B"}, {"a": Rates(0, 130)}
    assert cost("a", sizes, measured) == Cost(pytest.approx(1.0), measured=True)
    assert cost("b", sizes, measured) == Cost(pytest.approx(2.0), measured=False)
    assert cost("c", sizes, measured) is None
    assert cost("b", sizes, {}) is None


TIMING = Timing(300, 300, 100, 2000)


def test_rates_outlive_a_session(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rates.json"
    first = EditRates(path)
    first.load()
    first.add("here:1", "a", TIMING)
    first.close()
    first.close()
    second = EditRates(path)
    assert second.of("here:1") == {}
    second.load()
    assert second.of("here:1") == {"a": Rates(1000, 50)}
    assert second.of("there:1") == {}
    second.add("there:1", "a", TIMING)
    second.add("there:1", "b", Timing(300, 300, 1, 1))
    second.close()
    assert read_rates(path) == {("here:1", "a"): Rates(1000, 50), ("there:1", "a"): Rates(1000, 50)}
    assert [one.name for one in path.parent.iterdir()] == ["rates.json"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "7", '{"here:1": 7}', '{"here:1": {"a": 7}}', "[" * 100_000, "\ufeff{}"),
        '{"here:1": {"a": {"prompt_per_s": 1}}}',
        '{"here:1": {"a": {"prompt_per_s": 1, "tokens_per_s": "fast"}}}',
        '{"here:1": {"a": {"prompt_per_s": 1, "tokens_per_s": 0}}}',
        '{"here:1": {"a": {"prompt_per_s": NaN, "tokens_per_s": 1}}}',
        '{"here:1": {"a": {"prompt_per_s": -1, "tokens_per_s": 1}}}',
        '{"here:1": {"a": {"prompt_per_s": 1, "tokens_per_s": Infinity}}}',
    ],
)
def test_a_damaged_file_is_empty_and_is_mended(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rates.json"
    path.write_text(text, encoding="utf-8")
    rates = EditRates(path)
    rates.load()
    assert rates.of("here:1") == {}
    rates.add("here:1", "a", TIMING)
    rates.close()
    assert read_rates(path) == {("here:1", "a"): Rates(1000, 50)}


def test_a_file_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    rates = EditRates(tmp_path / "in the way" / "rates.json")
    rates.load()
    rates.add("here:1", "a", TIMING)
    rates.close()
    assert rates.of("here:1") == {"a": Rates(1000, 50)}


def test_a_late_answer_is_not_an_error(tmp_path: Path) -> None:
    rates = EditRates(tmp_path / "rates.json")
    rates.close()
    rates.add("here:1", "a", TIMING)
    assert rates.of("here:1") == {"a": Rates(1000, 50)}


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "rates.json"
    many = {f"m{number}": {"prompt_per_s": 1, "tokens_per_s": 1} for number in range(MOST_MODELS)}
    path.write_text(json.dumps({"there:1": many}))
    rates = EditRates(path)
    rates.add("here:1", "a", TIMING)
    rates.close()
    known = read_rates(path)
    assert len(known) == MOST_MODELS
    assert ("here:1", "a") in known
    assert ("there:1", "m0") not in known
