"""The clipboard where nobody tells who has fetched a text: by its programs, read and written for real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.deliver.clipboard import SystemClipboard
from engine.deliver.clipboard_content import NOTHING, UNKNOWN, Content, by_forms, read_clipboard
from engine.deliver.clipboard_holder import CopyingHolder, Taken, choose_holder, delay_for
from engine.deliver.clipboard_mechanism import Mechanism, find_mechanism
from engine.deliver.clipboards import clipboard_target
from engine.deliver.inject.window_backend import Window
from engine.deliver.lending import ClipboardLender
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from engine.errors import DeliveryError
from tests.support.debian import require
from tests.support.x_windows import copy, environment

Program = Callable[[str, str], dict[str, str]]


@pytest.fixture(params=["xclip", "xsel"])
def surroundings(x_display: str, tmp_path: Path, request: pytest.FixtureRequest) -> Surroundings:
    """A desktop that has only one of the programs."""
    program = tmp_path / "bin" / request.param
    program.parent.mkdir()
    program.symlink_to(require(request.param, package=request.param))
    return Surroundings(environ=environment(x_display) | {"PATH": str(program.parent)})


def desktop(around: Surroundings) -> dict[str, str]:
    """Its environment with all programs."""
    return environment(around.environ["DISPLAY"])


async def holds(around: Surroundings, selection: str = "clipboard") -> str:
    mechanism = find_mechanism(around.environ)
    content = await read_clipboard(
        mechanism, around.environ, "primary" if selection == "primary" else "clipboard"
    )
    return content.text


async def test_both_selections_are_lent_and_come_back(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), "früher\n\n".encode())
    copy(desktop(surroundings), b"selected", "primary")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    assert await lender.look("clipboard", "primary") == Content("text", "früher\n\n")
    await lender.put("dictated", Window(), "clipboard", "primary")
    assert (await holds(surroundings), await holds(surroundings, "primary")) == ("dictated", "dictated")
    assert await lender.taken("dictated") == Taken()
    lender.end()
    await lender.close()
    assert (await holds(surroundings), await holds(surroundings, "primary")) == ("früher\n\n", "selected")


async def test_a_second_paste_before_the_first_is_given_back(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    for text in ("first", "second"):
        await lender.begin()
        assert (await lender.look("clipboard")).text == "earlier"
        await lender.put(text, Window(), "clipboard")
        lender.end()
    await lender.close()
    assert await holds(surroundings) == "earlier"


async def test_what_was_copied_between_two_pastes_is_what_comes_back(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    await lender.look("clipboard")
    await lender.put("first", Window(), "clipboard")
    copy(desktop(surroundings), b"copied meanwhile")
    assert (await lender.look("clipboard")).text == "copied meanwhile"
    await lender.put("second", Window(), "clipboard")
    await lender.close()
    assert await holds(surroundings) == "copied meanwhile"


async def test_what_was_copied_after_a_paste_stays(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    await lender.look("clipboard")
    await lender.put("dictated", Window(), "clipboard")
    copy(desktop(surroundings), b"copied meanwhile")
    await lender.close()
    assert await holds(surroundings) == "copied meanwhile"


async def test_an_image_is_never_put_back_as_text(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"\x89PNG", form="image/png")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    found = await lender.look("clipboard")
    assert found in (Content("other", what="an image"), UNKNOWN)  # xsel cannot tell
    await lender.put("dictated", Window(), "clipboard")
    await lender.close()
    assert await holds(surroundings) == "dictated"


async def test_a_program_that_fails_is_told_of(program: Program) -> None:
    around = Surroundings(environ=program("xclip", "echo 'no display' >&2; exit 1"))
    with pytest.raises(DeliveryError, match="xclip failed"):
        await CopyingHolder(around).hold("clipboard", "text", Window())


@pytest.mark.parametrize(
    ("forms", "content"),
    [
        (["TARGETS", "UTF8_STRING"], Content("text")),
        (["text/html", "text/plain;charset=utf-8", "image/png"], Content("text")),
        (["image/png", "text/html"], Content("other", what="an image")),
        (["text/uri-list", "text/plain"], Content("other", what="files")),
        (["x-special/gnome-copied-files", "UTF8_STRING"], Content("other", what="files")),
        (["application/x-sketch"], Content("other", what="something that is not text")),
        ([], NOTHING),
    ],
)
def test_forms_tell_what_is_there(forms: list[str], content: Content) -> None:
    assert by_forms(forms) == content


@pytest.mark.parametrize(
    ("program_name", "script", "content"),
    [
        ("wl-paste", "echo 'Nothing is copied' >&2; exit 1", NOTHING),
        (
            "wl-paste",
            "case $1 in --list-types) echo image/png;; *) echo never;; esac",
            Content("other", what="an image"),
        ),
        (
            "wl-paste",
            "case $1 in --list-types) echo text/plain;; *) printf 'Grüße';; esac",
            Content("text", "Grüße"),
        ),
        ("xclip", "echo 'Error: target TARGETS not available' >&2; exit 1", NOTHING),
        ("xclip", 'echo "Error: Can\'t open display" >&2; exit 1', UNKNOWN),
        ("xclip", "case $5 in TARGETS) echo UTF8_STRING;; *) printf '\\377';; esac", UNKNOWN),
    ],
)
async def test_what_programs_say(program: Program, program_name: str, script: str, content: Content) -> None:
    name = "wl-copy" if program_name == "wl-paste" else program_name
    environ = program(program_name, script)
    assert await read_clipboard(Mechanism(name, name, reads_back=True), environ) == content


async def test_macos_tells_its_forms(program: Program) -> None:
    environ = program("pbpaste", "printf Mac")
    for told, content in (
        ("«class utf8», 3, Unicode text, 6", Content("text", "Mac")),
        ("«class PNGf», 812, TIFF picture, 9000", Content("other", what="an image")),
        ("«class furl», 20, «class utf8», 9", Content("other", what="files")),
        ("", NOTHING),
    ):
        program("osascript", f"echo '{told}'")
        assert await read_clipboard(Mechanism("pbcopy", "pbcopy", reads_back=True), environ) == content


async def test_a_clipboard_that_hangs_counts_as_unknown(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.clipboard_content.TIME_OUT_S", 0.1)
    environ = program("xclip", "exec sleep 60")
    assert await read_clipboard(Mechanism("xclip", "xclip", reads_back=True), environ) is UNKNOWN
    assert await read_clipboard(None, environ) is UNKNOWN


def test_delays_fit_the_length() -> None:
    assert [delay_for("x" * length) for length in (500, 5_000, 50_000)] == [0.1, 0.5, 1.0]


def test_selections_are_owned_on_x11_alone() -> None:
    both = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "PATH": ""}
    assert isinstance(choose_holder(Surroundings(environ=both)), CopyingHolder)
    assert not isinstance(choose_holder(Surroundings(environ={"DISPLAY": ":0"})), CopyingHolder)


async def test_closing_waits_for_the_way_back(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    await lender.look("clipboard")
    await lender.put("dictated", Window(), "clipboard")
    lender.end()
    await asyncio.gather(lender.close(), asyncio.sleep(0))
    await lender.close()
    assert await holds(surroundings) == "earlier"


async def test_what_the_user_copies_right_after_a_paste_stays_even_if_it_is_the_same(
    surroundings: Surroundings,
) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    await lender.begin()
    await lender.look("clipboard")
    await lender.put("dictated", Window(), "clipboard")
    lender.end()
    assert (await clipboard_target("", surroundings).deliver("dictated")).status is Delivery.DELIVERED
    await lender.close()
    assert await holds(surroundings) == "dictated"


async def test_a_way_back_that_has_begun_goes_to_its_end(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings, CopyingHolder(surroundings))
    await lender.begin()
    await lender.look("clipboard")
    await lender.put("first", Window(), "clipboard")
    way, copying = SystemClipboard.copy, asyncio.Event()

    async def telling(clipboard: SystemClipboard, text: str) -> Outcome:
        copying.set()
        return await way(clipboard, text)

    monkeypatch.setattr(SystemClipboard, "copy", telling)
    lender.end()
    await copying.wait()
    await lender.begin()
    assert await holds(surroundings) == "earlier"
    await lender.close()


async def test_a_paste_that_was_cancelled_gives_the_clipboard_back(surroundings: Surroundings) -> None:
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings)
    await lender.look("clipboard")
    await lender.put("dictated", Window(), "clipboard")
    await lender.close()
    assert await holds(surroundings) == "earlier"


async def test_where_selections_cannot_be_owned_the_program_copies(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.x_selection.OWNER", "engine.deliver.no_such_module")
    copy(desktop(surroundings), b"earlier")
    lender = ClipboardLender(surroundings)
    await lender.look("clipboard")
    await lender.put("dictated", Window(), "clipboard")
    assert await holds(surroundings) == "dictated"
    await lender.close()
    assert await holds(surroundings) == "earlier"
