"""The table of subcommands of `utter`: a new one is one row here, and one module.

The module has `add_arguments(parser)` and `run(args) -> int`. It is imported when its subcommand is on the
command line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand.

    Attributes:
        name: What the user types.
        help: Its line in `utter --help`.
        module: Where its `add_arguments` and `run` are.
        examples: Command lines for its own help.
    """

    name: str
    help: str
    module: str
    examples: tuple[str, ...]


COMMANDS = (
    Command(
        "record",
        "dictate once without the workstation and print the text",
        "tui.cli.record",
        (
            "utter record --until-silence",
            "utter record --for 10 | wc -w",
            "utter record --to tmux:last",
            "utter record --json | jq -r 'select(.event == \"finished\").text'",
        ),
    ),
    Command(
        "transcribe",
        "print the text of audio or video files",
        "tui.cli.transcribe",
        (
            "utter transcribe interview.mp3",
            "utter transcribe --json *.wav > texts.jsonl",
            "curl -s https://example.org/talk.ogg | utter transcribe -",
            "arecord -d 5 -f S16_LE -r 16000 -t raw | utter transcribe --raw -",
        ),
    ),
    Command(
        "enhance",
        "edit the text on standard input and print it",
        "tui.cli.enhance",
        ("xclip -o | utter enhance --mode email | xclip", "utter enhance --json < notes.txt | jq -r .reason"),
    ),
    Command(
        "deliver",
        "take the text on standard input to the clipboard, a pane, a window, a file or a command",
        "tui.cli.deliver",
        (
            "date | utter deliver --to clipboard",
            "utter deliver --to tmux:last < draft.txt",
            "xclip -o | utter deliver --to file:~/notes.md --json",
        ),
    ),
    Command(
        "ctl",
        "command the utter that runs: start, stop, toggle, cancel, status, mode, paste-last, subscribe",
        "tui.cli.ctl",
        ("utter ctl toggle", "utter ctl status --json", "utter ctl mode email"),
    ),
    Command(
        "daemon",
        "run without a screen, commanded by `utter ctl`",
        "tui.cli.daemon",
        ("utter daemon", "utter daemon --to window"),
    ),
    Command(
        "mic",
        "send this machine's microphone to an utter on another one",
        "tui.cli.mic",
        (
            "utter mic --to user@host",
            "utter mic --to host --remote-command '~/utter/.venv/bin/utter'",
            'utter mic --to host --ssh "ssh -p 2222" --raw',
        ),
    ),
    Command(
        "bench",
        "measure this machine in about a minute",
        "tui.cli.bench",
        (
            "utter bench",
            "utter bench --source talk.flac --reference talk.txt",
            "utter bench --model small.en --performance speed --json > b.json",
            "utter bench --compare a.json b.json",
        ),
    ),
    Command(
        "models",
        "list the recognition models; fetch, find or remove one",
        "tui.cli.models",
        (
            "utter models list",
            "utter models pull small.en",
            "utter models rm small.en",
            'du -h "$(utter models path small.en)"',
        ),
    ),
    Command(
        "doctor",
        "say what is there, what is missing, and how to mend it",
        "tui.cli.doctor",
        ("utter doctor", "utter doctor --json"),
    ),
    Command(
        "config",
        "print the effective settings, or check them",
        "tui.cli.config",
        ("utter config", "utter config --check", '$EDITOR "$(utter config --path)"'),
    ),
)
