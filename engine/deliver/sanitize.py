r"""Makes text harmless: nothing in it that a terminal, a shell or a reader's eye would obey.

What is removed, and why:

- C0 and C1 controls except newline and tab, ESC among them: they start control sequences, end a
  bracketed paste, or act on the terminal line (^C, ^D, ^U). Removing ESC itself, rather than known
  sequences, cannot be bypassed by nesting one sequence in another.
- Line ends of other systems and of Unicode become newlines: a CR would be Enter.
- Bidirectional embeddings, overrides and isolates reorder what is shown against what is there
  (https://trojansource.codes). The plain marks U+200E, U+200F and U+061C, which Arabic and Hebrew
  need at punctuation, cannot do that and stay.
- Invisible characters that carry hidden text or break words for a search: zero width space, word
  joiner, soft hyphen, tags and their like. Joiners U+200C and U+200D stay, singly, behind a letter
  or sign that is not ASCII: Persian, the scripts of India and composed emoji need them there.
- Of variation selectors one stays, behind a sign that is not ASCII, or behind a digit, # or * as in keycaps:
  emoji and ideographs take one, while a row of them spells hidden bytes
  (https://paulbutler.org/2025/smuggling-arbitrary-data-through-an-emoji/).
- A surrogate that has lost its partner cannot be encoded and becomes U+FFFD.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls; line ends are newlines by now
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides, isolates
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible format characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # the same of shorthand and of music
    "\U000e0000-\U000e007f]"  # tags: an invisible copy of ASCII
)
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_STRAY_SELECTORS = re.compile(f'(?<![^\x00-"$-)+-/:-\x7f\u200c\u200d{_SELECTOR}])[{_SELECTOR}]+')
_STRAY_JOINERS = re.compile("(?<![^\x00-\x7f\u200c\u200d])[\u200c\u200d]+")


def for_terminal(text: str) -> str:
    """Remove everything from `text` that is not visible text, newline or tab.

    Idempotent: cleaning a clean text changes nothing.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _LINE_ENDS.sub("\n", text)
    return _STRAY_JOINERS.sub("", _STRAY_SELECTORS.sub("", _REMOVED.sub("", text)))
