"""What a clipboard holds: text, nothing, or something else that can be neither read nor put back as text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.deliver.clipboard_mechanism import Mechanism, Selection
from engine.deliver.program import Ended, run
from engine.errors import DeliveryError

TIME_OUT_S = 1.0
"""How long reading may take: a text waits for it, and the program that owns a clipboard may hang."""

_FILES = ("text/uri-list", "x-special/gnome-copied-files", "application/x-kde-cutselection")
"""Forms that copied files have, often beside their names as text."""

_PLAIN = ("UTF8_STRING", "STRING", "TEXT", "COMPOUND_TEXT")
"""Names that X clients have for text, beside types that begin with text/plain."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is on a clipboard.

    Attributes:
        kind: Unknown is what cannot be told here, or could not be in time.
        text: The text, where it is one.
        what: What else it is, in words such as "an image".
    """

    kind: Literal["text", "nothing", "other", "unknown"]
    text: str = ""
    what: str = ""


UNKNOWN = Content("unknown")
NOTHING = Content("nothing")

_Reader: TypeAlias = Callable[[Mapping[str, str], Selection], Awaitable[Content]]


async def read_clipboard(
    mechanism: Mechanism | None, environ: Mapping[str, str], selection: Selection = "clipboard"
) -> Content:
    """Read a clipboard by the program that reaches it. Never raises."""
    reader = _READERS.get(mechanism.program) if mechanism else None
    if reader is None:
        return UNKNOWN
    try:
        return await reader(environ, selection)
    except (DeliveryError, UnicodeDecodeError):
        return UNKNOWN


def by_forms(forms: Sequence[str]) -> Content:
    """Say what a clipboard holds by the forms that it is offered in; a text has yet to be read."""
    plain = any(form in _PLAIN or form.startswith("text/plain") for form in forms)
    if any(form in _FILES for form in forms):
        return Content("other", what="files")
    if plain:
        return Content("text")
    if any(form.startswith("image/") for form in forms):
        return Content("other", what="an image")
    return Content("other", what="something that is not text") if forms else NOTHING


async def _xclip(environ: Mapping[str, str], selection: Selection) -> Content:
    command = ("xclip", "-o", "-selection", selection, "-t")
    offered = await _run((*command, "TARGETS"), environ)
    if offered.status:
        return NOTHING if "TARGETS not available" in offered.errors else UNKNOWN
    content = by_forms(offered.output.decode(errors="replace").split())
    return await _text((*command, "UTF8_STRING"), environ) if content.kind == "text" else content


async def _xsel(environ: Mapping[str, str], selection: Selection) -> Content:
    """Without a text, xsel does not tell an image from nothing."""
    content = await _text(("xsel", "--output", f"--{selection}"), environ)
    return content if content.text else UNKNOWN


async def _wl_paste(environ: Mapping[str, str], selection: Selection) -> Content:
    command = ("wl-paste", *(["--primary"] if selection == "primary" else []))
    offered = await _run((*command, "--list-types"), environ)
    if offered.status:
        return NOTHING if offered.last_words in ("Nothing is copied", "No selection") else UNKNOWN
    content = by_forms(offered.output.decode(errors="replace").splitlines())
    if content.kind != "text":
        return content
    return await _text((*command, "--no-newline", "--type", "text"), environ)


async def _pbpaste(environ: Mapping[str, str], _selection: Selection) -> Content:
    """macOS: AppleScript's `clipboard info` lists the forms as «class …» and words, with their sizes."""
    told = await _run(("osascript", "-e", "clipboard info"), environ)
    forms = told.output.decode(errors="replace")
    if told.status:
        return UNKNOWN
    if not forms.strip():
        return NOTHING
    if "«class furl»" in forms:
        return Content("other", what="files")
    if "«class utf8»" in forms or "Unicode text" in forms:
        # pbpaste writes in the encoding of the locale, which need not be UTF-8 in a login over SSH.
        return await _text(("pbpaste",), {**environ, "LC_CTYPE": "UTF-8"})
    image = any(form in forms for form in ("«class PNGf»", "TIFF picture", "JPEG picture", "GIF picture"))
    return Content("other", what="an image" if image else "something that is not text")


async def _windows(_environ: Mapping[str, str], _selection: Selection) -> Content:
    """Windows: pyperclip asks for text alone, and opens the clipboard itself, without a program."""
    import pyperclip

    try:
        text = await asyncio.to_thread(pyperclip.paste)
    except pyperclip.PyperclipException:
        return UNKNOWN
    return Content("text", text) if text else UNKNOWN


async def _run(command: Sequence[str], environ: Mapping[str, str]) -> Ended:
    return await run(command, environ=environ, time_out_s=TIME_OUT_S)


async def _text(command: Sequence[str], environ: Mapping[str, str]) -> Content:
    told = await _run(command, environ)
    return UNKNOWN if told.status else Content("text", told.output.decode())


_READERS: dict[str, _Reader] = {
    "xclip": _xclip,
    "xsel": _xsel,
    "wl-copy": _wl_paste,
    "pbcopy": _pbpaste,
    "Windows": _windows,
}
"""How to read, by what `find_mechanism` found. Under WSL that would start PowerShell; klipper keeps images
from us."""
