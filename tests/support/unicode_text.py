"""Letters of many scripts and sizes, as text has to arrive byte for byte."""

from __future__ import annotations

MANY_SCRIPTS = (
    "cafe\u0301 naïve — שלום עולם العربية 漢字かな 한국어 👩\u200d👩\u200d👧 🇩🇪 "
    "^C \\n $HOME `id` 'a' \"b\" %s"
)
"""Combining marks, right-to-left, CJK, composed emoji, and what shells and terminal programs interpret."""
