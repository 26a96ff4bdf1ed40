"""Reads from their source which modules the program has, and what each of them imports, where."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Import:
    """One imported module.

    Attributes:
        name: Its full name.
        line: Where it is imported.
        at_once: Whether this happens when the importing module is imported.
        typing: Whether only a type checker sees it.
    """

    name: str
    line: int
    at_once: bool
    typing: bool


def module_names() -> dict[str, Path]:
    """All modules of the program, with their files."""
    files = (path for package in ("engine", "tui") for path in (ROOT / package).rglob("*.py"))
    return {_name(path.relative_to(ROOT)): path for path in files}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, known: Mapping[str, object]) -> list[Import]:
    """Read all imports of a module.

    Args:
        source: Its text.
        known: Names of the program's modules, to tell `from package import module` from a name.
    """
    return list(_imports(ast.parse(source), known, at_once=True, typing=False))


def _imports(node: ast.AST, known: Mapping[str, object], *, at_once: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_once, typing)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: relative imports are not used here"
            for alias in child.names:
                full = f"{child.module}.{alias.name}"
                yield Import(full if full in known else str(child.module), child.lineno, at_once, typing)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            checked = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            yield from _imports(child, known, at_once=at_once and not inside, typing=typing or checked)
