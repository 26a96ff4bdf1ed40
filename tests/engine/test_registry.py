"""The registry names implementations as text, so that none is imported before it is wanted."""

from __future__ import annotations

import ast

from engine import registry
from tests.support.module_imports import module_names

_MAKERS = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_what_the_registry_names_exists() -> None:
    modules = module_names()
    tables = (registry.RECOGNIZERS, registry.ENHANCERS, registry.SOURCES, registry.TARGETS)
    rows = [row for table in (*tables, registry.WINDOW_BACKENDS) for row in table.values()]
    for row in [*rows, *registry.PANES]:
        module, _, name = row.partition(":")
        tree = ast.parse(modules[module].read_text(encoding="utf-8"))
        makers = (node for node in tree.body if isinstance(node, _MAKERS))
        assert name in {node.name for node in makers}, row
