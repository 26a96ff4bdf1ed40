from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.models.eviction import Resident, overflow, victims

A, B, C = (Resident(key, size, True) for key, size in (("a", 100), ("b", 300), ("c", 200)))
USED = Resident("used", 500, False)

residents = st.lists(st.builds(Resident, st.uuids().map(str), st.integers(0, 50), st.booleans()), max_size=8)


def test_nobody_leaves_where_there_is_room() -> None:
    assert victims([A, B, C], 0) == ()
    assert victims([A, B, C], -50) == ()


def test_the_least_recently_used_leave_until_it_is_enough() -> None:
    assert victims([A, B, C], 100) == ("a",)
    assert victims([A, B, C], 101) == ("a", "b")
    assert victims([A, B, C], 600) == ("a", "b", "c")


def test_what_is_in_use_stays() -> None:
    assert victims([USED, A, B], 150) == ("a", "b")


def test_nobody_leaves_for_what_would_not_fit_even_then() -> None:
    assert victims([USED, A, B], 401) is None


def test_more_than_is_allowed_leaves_as_far_as_it_may() -> None:
    assert overflow([A, B, C], 500) == ("a",)
    assert overflow([A, USED, B], 550) == ("a", "b")
    assert overflow([A, USED, B], 10) == ("a", "b")
    assert overflow([USED], 10) == ()


@given(residents, st.integers(-10, 200))
def test_victims_are_the_fewest_of_the_oldest_idle_ones(present: list[Resident], need: int) -> None:
    chosen = victims(present, need)
    idle = [resident for resident in present if resident.idle]
    if chosen is None:
        assert sum(resident.bytes for resident in idle) < need
        return
    assert chosen == tuple(resident.key for resident in idle[: len(chosen)])
    freed = [resident.bytes for resident in idle[: len(chosen)]]
    assert sum(freed) >= need
    assert not chosen or sum(freed[:-1]) < need
