r"""Makes text harmless: nothing in it that a terminal, a shell or a reader's eye would obey.

What is removed, and why:

- Escape sequences that are whole and well formed (ECMA-48, 5.4 and 5.6: CSI with its parameters, and the
  strings OSC, DCS, SOS, PM and APC with their end, within a line), as programs with coloured output print
  them: what is left is what one would see. Of one without an end all letters stay: they may be words.
- After that all C0 and C1 controls except newline and tab, ESC among them: they start control sequences, end
  a bracketed paste, or act on the terminal line (^C, ^D, ^U). Since ESC itself goes, rather than known
  sequences alone, nesting one sequence in another bypasses nothing.
- Line ends of other systems and of Unicode become newlines: a CR would be Enter.
- Bidirectional embeddings, overrides and isolates reorder what is shown against what is there
  (https://trojansource.codes). The plain marks U+200E, U+200F and U+061C, which Arabic and Hebrew
  need at punctuation, cannot do that and stay, singly: a row of them spells hidden bits.
- Invisible characters that carry hidden text or break words for a search: all that Unicode calls
  Default_Ignorable_Code_Point (DerivedCoreProperties.txt) but the following.
- Joiners U+200C and U+200D stay, singly, behind a letter or sign that is not ASCII: Persian, the scripts of
  India and composed emoji need them there.
- Of variation selectors one stays, behind a sign that is not ASCII, or behind a digit, # or * as in keycaps,
  of the Mongolian ones behind a Mongolian letter: emoji, ideographs and that script take one, while a row of
  them spells hidden bytes (https://paulbutler.org/2025/smuggling-arbitrary-data-through-an-emoji/).
- A surrogate that has lost its partner cannot be encoded and becomes U+FFFD.
"""

from __future__ import annotations

import re

LONGEST_SEQUENCE = 4096
"""Characters of a string within an escape sequence: of a longer one the introducer alone goes."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SEQUENCES = re.compile(
    "\x1b(?:"
    r"\[(?:[0-?]{1,64}[ -/]{0,4})?[@-~]"  # CSI; a blank stands behind parameters alone, else it is a word's
    r"|[()][0AB]"  # the character sets that `tput sgr0` and line drawing switch to
    f"|\\][^\x00-\x1f\x7f-\x9f]{{0,{LONGEST_SEQUENCE}}}(?:\x07|\x1b\\\\)"  # OSC
    f"|[PX^_][^\x00-\x1f\x7f-\x9f]{{0,{LONGEST_SEQUENCE}}}\x1b\\\\)"  # DCS, SOS, PM, APC
)
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls; line ends are newlines by now
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides, isolates
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"  # invisible format characters
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # the grapheme joiner, letters without a shape
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format characters of shorthand and of music
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"  # tags: an invisible copy of ASCII
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MONGOLIAN_SELECTORS = "\u180b-\u180d\u180f"
_JOINERS = "\u200c\u200d"
_MARKS = "\u200e\u200f\u061c"
_ROWS = re.compile(f"[{_SELECTORS}{_MONGOLIAN_SELECTORS}{_JOINERS}{_MARKS}]+")
_ROW = re.compile(
    f"([{_SELECTORS}])?([{_MONGOLIAN_SELECTORS}])?[^{_JOINERS}{_MARKS}]*([{_JOINERS}])?[^{_MARKS}]*([{_MARKS}])?"
)
_MONGOLIAN = re.compile("[\u1800-\u18af]")


def for_terminal(text: str) -> str:
    """Remove everything from `text` that is not visible text, newline or tab.

    Idempotent: cleaning a clean text changes nothing.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _SEQUENCES.sub("", _LINE_ENDS.sub("\n", text))
    return _ROWS.sub(_needed, _REMOVED.sub("", text))


def _needed(row: re.Match[str]) -> str:
    """Of a row of invisible characters, those that the character before them needs: one of each sort."""
    before = row.string[row.start() - 1] if row.start() else ""
    parts = _ROW.match(row[0])
    if parts is None:
        return ""
    selector, mongolian, joiner, mark = (part or "" for part in parts.groups())
    is_wide = before > "\x7f"
    return "".join(
        (
            selector if is_wide or (before and before in "0123456789#*") else "",
            mongolian if _MONGOLIAN.match(before) else "",
            joiner if is_wide else "",
            mark,
        )
    )
