"""Writes amounts of money with the sign of their currency: "five euros fifty" → "€5.50"; pure.

"Pounds" are money only where something says so, for they are a weight as well.
"""

from __future__ import annotations

from engine.enhance.rules.amounts import LARGE_SCALES, read_amount
from engine.enhance.rules.breath import Amount, Breath, Piece
from engine.enhance.rules.numbers import DIGITS, NOUGHTS, below_hundred
from engine.speech.vocabulary import vocabulary

_SIGNS = {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥", "rupee": "₹"}
CURRENCIES = frozenset(_SIGNS) | {f"{name}s" for name in _SIGNS}
"""The words of currencies that have a sign."""

_HUNDREDTHS = vocabulary("cent cents penny pence")
_PAYING = vocabulary(
    "cost costs costing paid pay pays paying price priced charge charges charged spend spent spends owe owes "
    "owed worth earn earns earned fee bill invoice refund budget salary rent donated saved"
)
_NEAR = 4
"""How many words before an amount may say that it is money."""


def currency_sign(breath: Breath, at: int, start: int) -> str:
    """The sign of the currency that is said at an index; empty for none, or what may be a weight.

    Args:
        breath: The words.
        at: Index of the currency.
        start: Index where the amount before it begins.
    """
    sign = _SIGNS.get(breath.word(at)) or _SIGNS.get(breath.word(at).removesuffix("s"), "")
    if sign != "£":
        return sign
    paid = not _PAYING.isdisjoint(breath.words[max(0, start - _NEAR) : start])
    large = breath.word(at - 1) in LARGE_SCALES
    surely = paid or large or breath.word(at + 1) == "sterling" or breath.word(at + 1) == "note"
    return sign if surely else ""


def read_money(breath: Breath, at: int) -> Piece | None:
    """An amount of money: "twenty three dollars and fifty cents" → "$23.50"."""
    amount = _one_of(breath, at) if breath.word(at) == "a" else read_amount(breath, at)
    if amount is None:
        return None
    end = amount.end + 1
    cents, after = _cents(breath, end) if amount.whole and amount.text[-1].isdigit() else ("", end)
    sign = currency_sign(breath, amount.end, at)
    if not sign and cents and breath.word(amount.end) in ("pound", "pounds"):
        sign = "£"
    if not sign or (breath.word(at) == "a" and not cents):
        return None
    after += breath.word(after) == "sterling"
    return Piece((f"{sign}{amount.text}{cents}",), after - at)


def _one_of(breath: Breath, at: int) -> Amount | None:
    """The one of "a dollar fifty"."""
    return Amount("1", 1, at + 1, whole=True)


def _cents(breath: Breath, at: int) -> tuple[str, int]:
    """The hundredths that follow a currency, as ".50", and their end; empty where none are said."""
    joined = breath.word(at) == "and"
    start = at + joined
    value, end = below_hundred(breath.words, start)
    if breath.word(start) in NOUGHTS and DIGITS.get(breath.word(start + 1)):
        value, end = DIGITS[breath.word(start + 1)], start + 2
    if end == start or value == 0 or breath.number_goes_on(end):
        return "", at
    if breath.word(end) in _HUNDREDTHS:
        return f".{value:02}", end + 1
    if joined or (value < 10 and end == start + 1) or not breath.ends_clearly(end):
        return "", at
    return f".{value:02}", end
