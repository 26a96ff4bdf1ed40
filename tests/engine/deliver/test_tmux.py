"""Texts in panes of a real tmux server: every byte, every shape, and what is said where it cannot work."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.deliver.inject.tmux import TmuxPane, offers
from engine.deliver.inject.tmux_paste import SHIFT_ENTER
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from tests.support.panes import Panes, read_until, tmux_panes, until

JOIN, KEEP = Shape("join"), Shape("keep")


@pytest.fixture(scope="module")
def panes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panes]:
    with tmux_panes(tmp_path_factory.mktemp("tmux")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("shape", "text", "expected"),
    [
        (JOIN, "Grüße,\n\tzweite  Zeile\n", "Grüße, zweite  Zeile"),
        (Shape("join", "space"), "one\ntwo", "one two "),
        (Shape("join", "newline"), "one", "one "),
        (Shape("join", enter=True), "make test", "make test\r"),
        (KEEP, "one\n\n\ttwo", "one\r\r\ttwo"),
        (Shape("keep", "newline"), "one", "one\r"),
        (Shape("keep", "newline", enter=True), "one", "one\r\r"),
        (Shape("shift-enter"), "one\n\ntwo", f"one{SHIFT_ENTER * 2}two"),
        (Shape("shift-enter", "newline"), "\none", f"{SHIFT_ENTER}one{SHIFT_ENTER}"),
        (Shape("shift-enter", "space", enter=True), "one\ntwo", f"one{SHIFT_ENTER}two \r"),
        (
            KEEP,
            "-t; \\; $(id) `id` 'a' \"b\" #{pane_id} %1 ~ ;",
            "-t; \\; $(id) `id` 'a' \"b\" #{pane_id} %1 ~ ;",
        ),
        (KEEP, "stop\x1b[201~\x03\x15\x9b now", "stop now"),
        (KEEP, "é" * 50_000, "é" * 50_000),
    ],
)
def test_what_reaches_the_program(panes: Panes, shape: Shape, text: str, expected: str) -> None:
    pane, file = panes.raw()
    outcome = panes.paste(pane, text, shape)
    assert (outcome.status, outcome.target, outcome.detail) == (Delivery.DELIVERED, f"tmux {pane} (cat)", "")
    assert read_until(file, expected.encode()).decode() == expected
    panes.run("kill-pane", "-t", pane)


def test_brackets_are_put_around_texts_alone(panes: Panes) -> None:
    file = panes.folder / "bracketed"
    pane = panes.start(f"stty raw -echo; printf '\\033[?2004h'; exec cat > {file}")
    until(file.exists)
    expected = f"\x1b[200~one\x1b[201~{SHIFT_ENTER}\x1b[200~two\x1b[201~\r".encode()
    panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    assert read_until(file, expected) == expected


def test_the_users_own_buffers_stay_as_they_are(panes: Panes) -> None:
    panes.run("set-buffer", "-b", "mine", "what I copied")
    pane, file = panes.raw()
    panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    read_until(file, f"one{SHIFT_ENTER}two\r".encode())
    assert panes.paste("%999", "nowhere").status is Delivery.FAILED
    assert panes.run("list-buffers", "-F", "#{buffer_name} #{buffer_sample}") == "mine what I copied\n"


def test_a_pane_in_copy_mode_gets_text_and_keys_and_stays_there(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("copy-mode", "-t", pane)
    outcome = panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    assert outcome.status is Delivery.DELIVERED
    assert (
        outcome.detail
        == f"tmux itself uses {pane} now (copy mode or the like): press q there to see the text."
    )
    expected = f"one{SHIFT_ENTER}two\r".encode()
    assert read_until(file, expected) == expected
    assert panes.run("display-message", "-p", "-t", pane, "#{pane_mode}") == "copy-mode\n"


def test_enter_is_pressed_in_no_other_pane(panes: Panes) -> None:
    pane, file = panes.raw()
    other = panes.folder / "synchronised"
    panes.start(f"stty raw -echo; exec cat > {other}", pane)
    until(other.exists)
    panes.run("set-window-option", "-t", pane, "synchronize-panes", "on")
    panes.paste(pane, "make", Shape(enter=True))
    assert read_until(file, b"make\r") == b"make\r"
    assert other.read_bytes() == b""


def test_where_we_run_ourselves_no_text_goes(panes: Panes) -> None:
    own = panes.environ["TMUX_PANE"]
    place = panes.run("display-message", "-p", "-t", own, "#{session_name}:#{window_index}.#{pane_index}")
    assert panes.target(own).can_deliver() == f"{own} is the pane in which utter itself runs."
    for what in (own, place.strip()):
        outcome = panes.paste(what, "words")
        assert outcome.status is Delivery.FAILED
        assert outcome.detail == f"{what} is the pane in which utter itself runs."


def test_a_pane_is_found_by_its_name_and_no_other_one_by_a_part_of_it(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("rename-window", "-t", pane, "editor")
    target = panes.target("work:editor")
    assert target.name == "tmux work:editor"
    assert asyncio.run(target.deliver("hi")).target == f"tmux {pane} (cat)"
    assert target.name == "tmux work:editor (cat)"
    assert read_until(file, b"hi") == b"hi"
    panes.run("rename-window", "-t", pane, "editor2")
    near = ["work:editor", "work:edit*", "wor:editor2", "work:editor2.7", "work:", "=work:editor2"]
    for nowhere in (*near, "editor2", "nowhere;", ";", "-t", "+1", "{last}", "!", "%12345"):
        said = f"There is no pane {nowhere} in tmux, or no longer."
        outcome = panes.paste(nowhere, "lost")
        assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)
        assert panes.target(nowhere).can_deliver() == said
    panes.run("rename-window", "-t", pane, "we:ird.na me; x")
    assert panes.paste("work:we:ird.na me; x", "ho").status is Delivery.DELIVERED
    assert read_until(file, b"hiho") == b"hiho"


def test_a_name_that_several_panes_have_is_refused(panes: Panes) -> None:
    one, two = (panes.start("exec sleep 1000") for _ in range(2))
    for pane in (one, two):
        panes.run("rename-window", "-t", pane, "twins")
    outcome = panes.paste("work:twins", "lost")
    said = f"Several panes of tmux are called work:twins ({one}, {two}); choose one by its number."
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)


def test_the_last_pane_follows_the_user(panes: Panes) -> None:
    one, _ = panes.raw()
    two, file = panes.raw()
    target = panes.target("last", TMUX_PANE=one)
    panes.run("select-window", "-t", two)
    panes.run("select-window", "-t", one)
    asyncio.run(target.prepare())
    assert target.name == f"last tmux pane, {two} (cat)"
    assert asyncio.run(target.deliver("hi")).target == f"tmux {two} (cat)"
    assert read_until(file, b"hi") == b"hi"
    elsewhere = panes.target("last", TMUX_PANE="", TMUX="")
    assert elsewhere.can_deliver() is not None  # no server of this name, though the other one runs


def test_outside_of_tmux_the_users_default_server_is_found(panes: Panes, tmp_path: Path) -> None:
    folder = tmp_path / f"tmux-{os.getuid()}"
    folder.mkdir(mode=0o700)
    (folder / "default").symlink_to(panes.socket)
    pane, file = panes.raw()
    panes.run("select-window", "-t", pane)
    outside = {"PATH": os.environ["PATH"], "TMUX_TMPDIR": str(tmp_path)}
    outcome = asyncio.run(
        TmuxPane("last", Surroundings(outside)).deliver("from a service, ohne Gebietsschema ä")
    )
    assert (outcome.status, outcome.target) == (Delivery.DELIVERED, f"tmux {pane} (cat)")
    expected = "from a service, ohne Gebietsschema ä".encode()
    assert read_until(file, expected) == expected


def test_a_pane_known_to_be_gone_is_told_without_asking(panes: Panes) -> None:
    pane, _ = panes.raw()
    target = panes.target(pane)
    asyncio.run(target.prepare())
    assert (target.name, target.can_deliver()) == (f"tmux {pane} (cat)", None)
    panes.run("kill-pane", "-t", pane)
    asyncio.run(target.prepare())
    assert target.name == f"tmux {pane}"
    assert target.can_deliver() == f"There is no pane {pane} in tmux, or no longer."


def test_all_panes_are_offered_but_our_own(panes: Panes) -> None:
    pane, _ = panes.raw()
    panes.run("rename-window", "-t", pane, "notes")
    panes.run("select-pane", "-t", pane, "-T", "a title; #1 [b]red")
    panes.run("select-window", "-t", pane)
    listed = asyncio.run(offers(panes.environ))
    assert (listed[0].spec, listed[0].detail, listed[0].reason) == ("tmux:last", f"now {pane} (cat)", None)
    mine = next(offer for offer in listed if offer.spec == f"tmux:{pane}")
    assert (mine.name, mine.detail, mine.active) == (f"tmux {pane}", "cat · a title; #1 [b]red", True)
    assert mine.place.startswith("work:")
    assert mine.place.endswith(".0 notes")
    specs = [offer.spec for offer in listed]
    assert f"tmux:{panes.environ['TMUX_PANE']}" not in specs
    assert len(set(specs)) == len(specs)
    assert [offer.spec for offer in listed if offer.active] == [f"tmux:{pane}"]
    assert panes.target(pane).name == f"tmux {pane} (cat)"  # what one has seen another one knows


def test_a_window_in_two_sessions_is_offered_once(panes: Panes) -> None:
    pane, _ = panes.raw()
    panes.run("new-session", "-d", "-s", "second", "sleep 1000")
    panes.run("link-window", "-s", pane, "-t", "second:")
    listed = [offer.spec for offer in asyncio.run(offers(panes.environ))]
    assert listed.count(f"tmux:{pane}") == 1
    panes.run("kill-session", "-t", "second")


def test_without_tmux_or_its_server_it_says_so(panes: Panes, tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path)}
    missing = "tmux is not installed; install it, or choose another target."
    assert TmuxPane("%1", Surroundings(nothing)).can_deliver() == missing
    stale = tmp_path / "stale"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(stale))
    environ = panes.environ | {"TMUX": f"{stale},1,0"}
    stopped = f"No tmux server is running: nothing listens on {stale}; start tmux first."
    target = TmuxPane("%1", Surroundings(environ))
    assert target.can_deliver() == stopped
    assert asyncio.run(target.deliver("words")).detail == stopped
    assert asyncio.run(offers(environ)) == []
    assert asyncio.run(offers(nothing)) == []


@pytest.mark.parametrize(
    ("version", "options"),
    [("3.3a", "-r"), ("3.7", "-r -S"), ("next-3.8", "-r -S"), ("4.0", "-r -S"), ("openbsd-7.6", "-r")],
)
def test_keys_are_sent_as_they_are_where_tmux_cleans_pastes(
    panes: Panes, tmp_path: Path, version: str, options: str
) -> None:
    """Against a recording: tmux 3.7 turns ESC in pastes into signs unless it is told not to."""
    facts = f"pane %5 $0 @1 1 1 1 0 1 0 0 0 0 /dev/null {version} 7 9 work:1.0 sh"
    tmux = tmp_path / "tmux"
    tmux.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *list-panes*) echo "{facts}" ;;\n'
        f'*) cat >> {tmp_path}/text; printf "%s\\n" "$*" >> {tmp_path}/commands ;; esac\n'
    )
    tmux.chmod(0o755)
    environ = panes.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    target = TmuxPane("%5", Surroundings(environ, Shapes(Shape("shift-enter"))))
    assert asyncio.run(target.deliver("one\ntwo")).status is Delivery.DELIVERED
    assert (tmp_path / "text").read_text() == "onetwo"
    first, second = (tmp_path / "commands").read_text().split("-u -S")[1:]
    assert "paste-buffer -p -d -b utter-" in first
    assert f"paste-buffer {options} -d -b utter-" in second
