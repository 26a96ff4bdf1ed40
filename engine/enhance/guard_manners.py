"""What models say beside the text they were asked for: patterns of answers that are no edit; pure.

A pattern counts only where the speaker did not say its words: who dictates "here is the text" gets it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.enhance.guard_text import Text, read
from engine.enhance.writing_mode import WritingMode


class _Manner(NamedTuple):
    """One way of not editing: how it reads, and what is said of it."""

    pattern: re.Pattern[str]
    reason: str


def _manner(reason: str, *alternatives: str) -> _Manner:
    return _Manner(re.compile("|".join(f"(?:{one})" for one in alternatives), re.I | re.M), reason)


_REPLIES = "The answer replies to the dictation instead of editing it."
_KINDS = (
    "texte?|texto|version|versión|transcri\\w+|dictation|sentence|message|e-?mail|translation|übersetzung|traduc\\w+|"
    "summary|notes?|commit|comment|prompt|list|rewrit\\w+|edit\\w*|paragraph|bullets?|one|fassung|nachricht"
)
_START = r"\A[\s\"'*#>_-]{0,40}"

PREAMBLE = _manner(
    "The answer begins with words about the text.",
    rf"{_START}(?:(?:sure|certainly|of course|absolutely|okay|ok|alright|got it)[,!. ]+)*"
    rf"(?:here(?:'s|’s| is| are| you go)|below (?:is|are)|this is|the following is|i(?:'ve|’ve| have) \w+)\b"
    rf"[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,60}}(?::|\.?[ \t]{0, 4}$)",
    rf"{_START}(?:sure|certainly|of course|absolutely|okay|ok|got it)[,!.:]*\s{1, 4}(?:here|i'll|i’ll|i will|i can|let me)\b",
    rf"{_START}(?:the )?(?:corrected|cleaned(?:[- ]up)?|edited|revised|rewritten|improved|translated|polished|final|"
    rf"formatted|clean|korrigiert\w*|bereinigt\w*|überarbeitet\w*|corrigé\w*|corregid\w+)\b[^.\n]{{0,40}}:",
    rf"{_START}(?:text|transcript|transcription|dictation|output|result|answer|response|edit|translation|input|"
    r"instruction|übersetzung|traduction|traducción|réponse|respuesta|antwort)\s*:",
    rf"{_START}hier (?:ist|sind|kommt|der|die|das)\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
    rf"{_START}(?:bien sûr[ ,!.]*)?voici\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
    rf"{_START}(?:claro[ ,!.]*)?aquí (?:tienes|está|va|tiene)\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
)

_THINKING = _manner(
    "The answer shows what the model thought.",
    r"</?(?:think|thinking|thought|thoughts|reasoning|scratchpad|analysis)\b[^>\n]{0,80}>",
    r"\bthe user(?:'s|’s)? (?:wants?|is|asks?|asked|says?|said|dictat\w+|input|just|has|provided|gave|message|text|needs)\b",
    rf"{_START}(?:(?:okay|ok|alright|hmm|well|so|first)[,. ]+)*(?:let me (?:think|see|start|clean|edit|fix|rewrite|break|"
    r"analy[sz]e|first)|(?:we|i) (?:need|have|should|must) (?:to )?(?:edit|clean|rewrite|output|produce|remove|convert|"
    r"translate|correct|return|write))\b",
)

_REFUSAL = _manner(
    "The model refused instead of editing the text.",
    rf"{_START}(?:(?:hi|hello)[^.\n]{0, 160}[.!]\s*)?i(?:'m|’m| am) (?:really |very |so )?sorry\b",
    rf"{_START}(?:sorry|unfortunately), (?:but )?i(?:'m|’m| am| can)",
    r"\bas an? (?:ai|artificial|large language|language model|assistant)\b",
    r"\bi(?:'m|’m| am) (?:just |only )?an? (?:ai|artificial|large language|language model|assistant|chatbot)\b",
    r"\bi (?:can(?:'t|’t|not| not)|am unable to|am not able to|won't|will not) (?:help|assist|provide|comply|fulfil+|do that|"
    r"send|translate|ignore|access|generate|write|answer|process|edit|browse|create|continue|share|engage)\b",
    r"\bi (?:don't|don’t|do not) have (?:access|real-time|the ability|enough|any|information|personal|current)\b",
    rf"{_START}i apologi[sz]e\b",
    rf"{_START}(?:please (?:provide|share|give|paste|send)(?: me)?(?: with)? (?:the|your|a|some|more) (?:\w+ )?(?:text|dictation|transcript|sentence|regex|code|details|context|content|information)\b|could you (?:please )?(?:provide|share|clarify)|"
    r"you (?:haven't|"
    r"haven’t|have not|didn't|did not) provided?)\b",
    r"\bi(?:'d|’d| would) need (?:to see|more|the|some|additional)\b",
    rf"{_START}(?:there is|there's|it (?:seems|looks like)) (?:no|you)\b[^.\n]{0, 160}\b(?:text|dictation|transcript|provided?)\b",
    rf"{_START}(?:es )?tut mir (?:sehr )?leid\b",
    rf"{_START}(?:leider )?(?:kann ich|ich kann) (?:dir|ihnen|dabei|das|diese\w*|leider|ihre\w*)\b[^.\n]{0, 160}\b(?:nicht|nur)\b",
    r"\bals (?:ki|künstliche intelligenz|sprachmodell|ki-\w+)\b",
    rf"{_START}(?:je suis |c'est )?(?:vraiment )?désolée?\b",
    rf"{_START}je ne (?:peux|suis|dispose)[^.\n]{0, 160}\b(?:aider|répondre|traduire|fournir|en mesure|accès)\b",
    r"\ben tant qu(?:e |'|’)(?:ia|intelligence|modèle|assistant)\b",
    rf"{_START}lo siento\b",
    rf"{_START}no puedo (?:ayudar|traducir|cumplir|responder|proporcionar|hacer)\w*\b",
    r"\bcomo (?:modelo de|ia|inteligencia|asistente)\b",
)

_ANSWER = _manner(
    _REPLIES,
    rf"{_START}(?:sure|certainly|of course|absolutely|definitely|understood|got it|noted|great|no worries|no problem|"
    r"you(?:'re|’re| are) (?:right|welcome)|good question|great question|happy to|glad to|my apologies)\b[,.! ]",
    rf"{_START}(?:thank you|thanks) for (?:the|your|sharing|letting|providing|reaching|telling|asking)\b",
    rf"{_START}i(?:'d|’d| would) (?:be (?:happy|glad)|love|suggest|recommend|advise)\b",
    rf"{_START}i (?:agree|understand|see|recommend|suggest)\b",
    rf"{_START}i(?:'ve|’ve| have) (?:fixed|updated|corrected|cleaned|edited|made|added|changed|sent|written|noted|set)\b",
    rf"{_START}(?:yes|yeah|no|okay|ok|alright|sí|oui|ja|claro|gerne|natürlich|selbstverständlich|klar|verstanden|compris|"
    r"entendido|bien sûr|d'accord|por supuesto|承知|わかりました|はい)[,.!。、:]",
    r"\bhow (?:can|may) i (?:help|assist)\b",
    r"\b(?:puis-je|comment puis-je|wie kann ich|kann ich (?:dir|ihnen)|puedo) (?:vous |t'|te |le )?(?:aider|helfen|ayudar)",
    r"\b(?:anything|something) else (?:i can|you(?:'d|’d| would)? (?:like|need|want))",
    r"\bthe (?:speaker|dictation|transcript|original (?:text|sentence)|(?:japanese|german|french|spanish|english|chinese|"
    r"given|provided|above) (?:text|sentence|phrase|passage)|text) (?:\w+ ){0,2}?(?:says|asks|means|reads|states|contains|"
    r"translates|mentions|requests|describes|discusses|talks)\b",
)

_COMMENTARY = _manner(
    "The answer comments on the text.",
    r"\bi(?:'ve|’ve| have)? (?:also |only |just )?(?:fixed|corrected|removed|changed|added|kept|cleaned|edited|adjusted|"
    r"translated|replaced|rephrased|improved|preserved|made (?:the|some|a few|minor)|left) [^.\n]{0,160}(?:\b(?:text|punctuation|"
    r"grammar|fillers?|words?|sentences?|capitali[sz]ation|spelling|typos?|meaning|original|tone|changes?|flow|clarity|"
    r"structure|numbers?|commas?|mistakes?|errors?|repetitions?)\b|\bas [\"“])",
    r"(?:^|[.!?]\s)[ \t(*_\[]{0,8}(?:note|notes?|explanation|changes(?: made)?|corrections|edits|anmerkung|hinweis|änderungen|remarque|nota|"
    r"explicación|explication)(?: *\*\*)?[ \t]{0,4}:(?![ \t]{0,8}$)",
    r"[(\[](?:note|translated|edited|corrected|changed|removed|the original)\b[^)\]]{0,160}[)\]]",
    r"\b(?:hope (?:this|that) helps|feel free to|let me know if (?:you(?:'d|’d| would| need| want)|there|this|that|anything))",
    r"\b(?:no (?:other )?changes (?:were )?(?:made|needed|necessary)|(?:was|were) (?:changed|corrected) to [\"“'])",
    r"\bich habe [^.\n]{0,80}(?:korrigiert|entfernt|geändert|verbessert|angepasst|bereinigt|übersetzt)\b",
    r"\bj(?:'|’)ai (?:corrigé|supprimé|modifié|ajouté|traduit|retiré|amélioré)\b",
    r"\bhe (?:corregido|eliminado|cambiado|añadido|traducido|quitado|mejorado)\b",
    r"\b(?:this|the) (?:version|edited text|revision|edit|revised text|text above) (?:is|keeps|removes|has|preserves|maintains)\b",
)

_LEAK = _manner(
    "The answer repeats what the model was told.",
    r"</?(?:dictation|transcript|transcription|text|input|output|instructions?|example|answer|user|system|assistant)\d*>",
    r"<\|\w*\|?>?|\[/?INST\]|<<SYS>>|^###\s*(?:instruction|input|response|system|user|assistant)",
    r"<<<|>>>",
    rf"{_START}(?:user|assistant|system|human|ai|raw|before|after|original|spoken|written)\s*:",
    r"^(?:output|written|edited|cleaned|after|answer|assistant|corrected)(?: (?:text|version))?\s*:",
)

_PLACEHOLDER = _manner(
    "The answer has a blank to fill in, which was not spoken.",
    r"\[(?!x\]|X\])[^\W\d_][^\]\n\d]{1,40}\](?!\()",
)

_CODE_LINE = re.compile(
    r"^[ \t]{0,40}(?:async )?def \w+\s*\(|^[ \t]{0,40}class \w+\s*[(:{]|^[ \t]{0,40}(?:from [\w.]+ )?import [\w., {}*]+;?$|^[ \t]{0,40}\w[\w.\[\]]* [+-]?= \S"
    r"|=>|[;{][ \t]{0,8}$|^[ \t]{0,40}\}[ \t]{0,8};?$|^[ \t]{0,40}(?:for|while|if|with|elif|except)\b[^.?!\n]{0,160}:[ \t]{0,8}\n[ \t]{2,40}\S|^[ \t]{0,40}[\w.]+\([^)\n]{0,80}\)[ \t]{0,8};?$"
    r"|\breturn \w+[.(\[]|\bconsole\.log\(|\bprint\(|^[ \t]{0,40}SELECT\b.*\bFROM\b|^[ \t]{0,40}(?:\$ )?(?:git|npm|pip|docker|sudo|curl) \w+ [-\w\"']"
    r"|^[ \t]{0,40}#!/|^[ \t]{0,40}<\w+[^>\n]{0,80}>.*</\w+>",
    re.M,
)
_SPOKEN_CODE = re.compile(
    r"\b(?:paren\w*|brackets?|braces?|equals?|semicolon|colon|underscore|def|arrow|quotes?|dash dash|backslash|git|npm|pip|"
    r"docker|sudo|curl|select|dot|flag|klammer)\b",
    re.I,
)
_FENCE = re.compile(r"^[ \t]{0,8}(?:```|~~~)", re.M)


def manner(raw: Text, answer: Text, mode: WritingMode) -> str:
    """Say in which manner an answer is something else than the text, edited; empty where in none.

    Args:
        raw: What was spoken.
        answer: What the model wrote.
        mode: The manner it was to write in; a letter may be more polite than another text.
    """
    spoken = " ".join(word.stem for word in raw.words)
    known = frozenset(word.stem for word in raw.words)
    for one in (_THINKING, _LEAK, PREAMBLE, _REFUSAL, _PLACEHOLDER, _ANSWER, _COMMENTARY):
        for match in one.pattern.finditer(answer.source):
            if (
                one is _COMMENTARY
                and mode.layout == "email"
                and re.match("let me|feel free", match.group(), re.I)
            ):
                continue
            translated = mode.fidelity == "translated" and one in (_ANSWER, _REFUSAL)
            if translated and _was_translated(match.group(), raw):
                continue
            if not _was_said(match.group(), spoken, known, raw):
                return one.reason
    if _FENCE.search(answer.source) and not _FENCE.search(raw.source):
        return "The answer puts the text in a code block."
    if _speaks_first(raw, answer):
        return _REPLIES
    if _is_code(raw, answer):
        return "The answer is code instead of the words that were spoken."
    return _repeated_orders(raw, answer, mode)


_SAYS = (
    ("thanks?", "merci|dank|gracias|grazie|obrigad|ありがと|谢谢|спасибо|tack"),
    ("sorry", "leid|désolé|siento|perdón|entschuldig|excus|scus|ごめん|すみません|извин|抱歉|对不起|pardon"),
    ("understand", "versteh|compren|comprend|entiend|capisc|わか|понима"),
    ("understood", "verstanden|compris|entendido|承知|понятно"),
    ("agree", "einverstanden|stimme|accord|acuerdo|賛成|соглас"),
    ("suggest|recommend|advise", "vorschlag|schlage|empfehl|propos|recomm|conseill|recom|sugier|aconsej"),
    ("happy|glad|love", "froh|gern|freu|content|heureu|ravi|alegr|feliz|encant|gustar|嬉|рад"),
    (
        "yes|yeah|sure|certainly|course|definitely",
        r"\bja\b|\boui\b|\bsí\b|claro|natürlich|sicher|bien sûr|はい|да\b|是",
    ),
    ("no|problem|worries", r"\bnein\b|\bkein|\bnon\b|\bno\b|problem|いいえ|нет|不"),
    ("okay|ok|alright|got", r"\bok|\bgut\b|accord|vale|bueno|bien|alles klar|好"),
    ("can|cannot|unable|not", "nicht|kein|pas|no puedo|ません|ない|не |non |não|不能"),
    ("please|could", "bitte|s'il|por favor|ください|пожалуйста|请|könn|pourr|podr"),
)
"""Words of a manner → what in another language says the same."""


def _was_translated(match: str, raw: Text) -> bool:
    """Whether the speaker said in another language what a pattern found in a translation."""
    return any(
        re.search(rf"\b(?:{english})\b", match, re.I) and re.search(foreign, raw.source, re.I)
        for english, foreign in _SAYS
    )


def _was_said(match: str, spoken: str, known: frozenset[str], raw: Text) -> bool:
    """Whether the speaker used the words of a pattern: in a row, or all that carry meaning."""
    if match.strip() in raw.source:
        return True
    words = read(match, raw.language).words
    if not words:
        return False
    if " ".join(word.stem for word in words) in spoken:
        return True
    heavy = [word.stem for word in words if word.kind not in ("function", "number")]
    return bool(heavy) and len(known) > len(heavy) and known.issuperset(heavy)


_SPEAKER = frozenset(
    ["i", "we", "my", "me", "our", "us", "let", "let's", "ich", "wir", "mein", "je", "j", "nous", "mon", "yo"]
)


def _speaks_first(raw: Text, answer: Text) -> bool:
    """Whether the answer begins with "I" although the speaker never spoke of themselves."""
    if raw.language != "en" or not answer.words or answer.words[0].key != "i":
        return False
    return all(word.key not in _SPEAKER for word in raw.words)


def _is_code(raw: Text, answer: Text) -> bool:
    if not _CODE_LINE.search(answer.source) or _CODE_LINE.search(raw.source):
        return False
    return not _SPOKEN_CODE.search(raw.source)


_OWN_WORDS = 0.6
"""Share of the words of an example from which the speaker said the same."""

_ECHO = 6
"""Words in a row that an answer shares with its orders by no chance."""


def _repeated_orders(raw: Text, answer: Text, mode: WritingMode) -> str:
    """Whether the answer quotes the instruction, or the example instead of the text."""
    said = _phrases([word.key for word in raw.words])
    written = _phrases([word.key for word in answer.words]) - said
    told = [read(text, "en") for text in (mode.instruction, mode.example_spoken, mode.example_written)]
    if share_of_words(told[1], raw) > _OWN_WORDS:
        return ""
    if any(not written.isdisjoint(_phrases([word.key for word in one.words])) for one in told):
        return _LEAK.reason
    return ""


def share_of_words(text: Text, other: Text) -> float:
    """Share of the words of one text that another has, 0 to 1."""
    stems = {word.stem for word in text.words}
    return len(stems & {word.stem for word in other.words}) / len(stems) if stems else 0.0


def _phrases(keys: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(keys[start : start + _ECHO]) for start in range(len(keys) - _ECHO + 1)}


_LONGEST_TURN = 12
_MOST_WORDS = 4
_MOST_PHRASES = 3


def loops(raw: Text, answer: Text) -> bool:
    """Whether the answer says the same over and over, and the speaker did not."""
    return _turns([word.key for word in answer.words]) > max(_turns([word.key for word in raw.words]), 1.0)


def _turns(keys: Sequence[str]) -> float:
    """How often the worst loop of a text turns, by how often one may; under 1 is none."""
    worst = 0.0
    for size in range(1, _LONGEST_TURN + 1):
        same = longest = 0
        for here, there in zip(keys, keys[size:], strict=False):
            if here != there:
                same = 0
                continue
            same += 1
            if same > longest:
                longest = same
        most = _MOST_WORDS if size == 1 else _MOST_PHRASES
        worst = max(worst, (longest // size + 1) / (most - 0.5))
    return worst
