"""The rules of tidy, each with what it does and an example; the README and config.toml show these."""

from __future__ import annotations

from typing import NamedTuple


class RuleEntry(NamedTuple):
    """One rule.

    Attributes:
        name: Its name, which is its key in `[tidy]` and its field in `Rules`.
        does: What it does, in one sentence without a full stop.
        spoken: What is said.
        written: What the rule makes of it.
    """

    name: str
    does: str
    spoken: str
    written: str


RULE_BOOK = (
    RuleEntry(
        "fillers",
        "Takes out sounds of thinking, and phrases that say nothing where pauses set them off",
        "um the report is uh late",
        "The report is late.",
    ),
    RuleEntry(
        "stutters",
        "Takes out words that were only begun, or said twice",
        "the the report i want i want to see it",
        "The report I want to see it.",
    ),
    RuleEntry(
        "corrections",
        "Takes out what you take back: no make that, sorry I mean, no wait, correction, scratch that",
        "let's meet on monday no make that tuesday",
        "Let's meet on Tuesday.",
    ),
    RuleEntry(
        "numbers",
        "Writes numbers from ten on, fractions and percentages in figures",
        "twenty three people or five percent",
        "23 people or 5%.",
    ),
    RuleEntry("dates", "Writes dates and years in figures", "on june second", "On June 2."),
    RuleEntry("times", "Writes times of day in figures", "at half past nine", "At 9:30."),
    RuleEntry("currencies", "Writes amounts of money in figures", "it costs five dollars", "It costs $5."),
    RuleEntry(
        "units",
        "Writes measures in figures, small ones too",
        "it is five kilometers away",
        "It is 5 kilometers away.",
    ),
    RuleEntry(
        "letters",
        "Joins spelled letters; say capital or lower case before them, or as in juliet behind one",
        "capital s m i t h uses g i t",
        "Smith uses GIT.",
    ),
    RuleEntry(
        "addresses",
        "Writes e-mail and web addresses, file names and paths",
        "john dot smith at example dot com has slash etc slash hosts",
        "john.smith@example.com has /etc/hosts",
    ),
    RuleEntry(
        "punctuation",
        "Writes comma, period, full stop, question mark, exclamation mark, colon, semicolon, dash, hyphen, "
        "underscore, new line, new paragraph, open paren … close paren, quote … unquote where they are signs",
        "dear john comma new line are you there question mark",
        "Dear john,\nAre you there?",
    ),
    RuleEntry(
        "lists",
        "Sets out what you count out: first … second … third …, number one … number two …, bullet point …",
        "we need first milk second bread third eggs",
        "We need:\n1. Milk\n2. Bread\n3. Eggs",
    ),
    RuleEntry(
        "vocabulary",
        "Writes the terms of recognition.vocabulary as you spell them there",
        "run py test",
        "Run pytest.",
    ),
)

EXAMPLE_TERMS = ("pytest",)
"""The vocabulary with which the example of that rule was made."""


def rules_table() -> str:
    """The rules as the Markdown table that the README carries."""
    rows = (
        f"| `{rule.name}` | {rule.does} | {rule.spoken} → {rule.written.replace(chr(10), '<br>')} |"
        for rule in RULE_BOOK
    )
    return "\n".join(["| rule | what it does | example |", "|---|---|---|", *rows])


def shown_in_one_line(rule: RuleEntry) -> str:
    """The example of a rule as config.toml shows it."""
    written = rule.written.replace("\n", " / ")
    return f'"{rule.spoken}" → "{written}"'
