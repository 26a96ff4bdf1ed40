"""All ways into the focused window, as the registry makes them."""

from __future__ import annotations

import pytest

from engine import registry
from tests.support.desktop_programs import StageDesktop


@pytest.mark.parametrize("name", registry.WINDOW_BACKENDS)
def test_each_says_what_it_is_and_why_it_cannot_work_where_nothing_is(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = StageDesktop(tmp_path_factory.mktemp("empty")).environ | {"WAYLAND_DISPLAY": ""}
    backend = registry.build_window_backend(name, empty)
    assert backend.name
    assert (backend.why_not() or "").endswith(".")
    assert isinstance(backend.types, bool)
    assert backend.can_type or not backend.types
