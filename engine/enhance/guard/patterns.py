"""How answers read that are no edit: a preamble, a refusal, a reply, thoughts, comments, code; pure.

English, German, French and Spanish: models fall back into one of these, whatever is spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Manner(NamedTuple):
    """One way of not editing: how it reads, and what is said of it.

    Attributes:
        opening: What it begins with. Apart, since a long text need not be searched for it.
        anywhere: What it has anywhere.
        reason: What is said of it, in one sentence.
    """

    opening: re.Pattern[str]
    anywhere: re.Pattern[str]
    reason: str

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Every place where a text reads so."""
        first = self.opening.match(text)
        if first:
            yield first
        yield from self.anywhere.finditer(text)


def _manner(reason: str, *alternatives: str) -> Manner:
    opening = [one for one in alternatives if one.startswith(r"\A")]
    anywhere = [one for one in alternatives if not one.startswith(r"\A")]
    return Manner(_any_of(opening), _any_of(anywhere), reason)


def _any_of(alternatives: Sequence[str]) -> re.Pattern[str]:
    """A pattern of several; of none it is one that nothing matches."""
    return re.compile("|".join(f"(?:{one})" for one in alternatives) or r"(?!)", re.I | re.M)


REPLIES = "The answer replies to the dictation instead of editing it."
"""What is said of an answer that talks back, however that was found."""

_KINDS = (
    "texte?|texto|version|versión|transcri\\w+|dictation|sentence|message|e-?mail|translation|übersetzung|traduc\\w+|"
    "summary|notes?|commit|comment|prompt|list|rewrit\\w+|edit\\w*|paragraph|bullets?|one|fassung|nachricht"
)
_START = r"\A[\s\"'*#>_-]{0,40}"

PREAMBLE = _manner(
    "The answer begins with words about the text.",
    rf"{_START}(?:(?:sure|certainly|of course|absolutely|okay|ok|alright|got it)[,!. ]+)*"
    rf"(?:here(?:'s|’s| is| are| you go)|below (?:is|are)|this is|the following is|i(?:'ve|’ve|"
    rf" have) \w+)\b"
    rf"[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,60}}(?::|\.?[ \t]{{0,4}}$)",
    rf"{_START}(?:sure|certainly|of course|absolutely|okay|ok|got it)[,!.:]*\s{{1,4}}(?:here|i'll|"
    rf"i’ll|i will|i can|let me)\b",
    rf"{_START}(?:the )?(?:corrected|cleaned(?:[- ]up)?|edited|revised|rewritten|improved|translated|"
    rf"polished|final|"
    rf"formatted|clean|korrigiert\w*|bereinigt\w*|überarbeitet\w*|corrigé\w*|corregid\w+)\b[^.\n]{{0,40}}:",
    rf"{_START}(?:text|transcript|transcription|dictation|output|result|answer|response|edit|"
    rf"translation|input|"
    r"instruction|übersetzung|traduction|traducción|réponse|respuesta|antwort)\s*:",
    rf"{_START}hier (?:ist|sind|kommt|der|die|das)\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
    rf"{_START}(?:bien sûr[ ,!.]*)?voici\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
    rf"{_START}(?:claro[ ,!.]*)?aquí (?:tienes|está|va|"
    rf"tiene)\b[^.\n]{{0,60}}\b(?:{_KINDS})\b[^.\n]{{0,40}}[:.]",
)

THINKING = _manner(
    "The answer shows what the model thought.",
    r"</?(?:think|thinking|thought|thoughts|reasoning|scratchpad|analysis)\b[^>\n]{0,80}>",
    r"\bthe user(?:'s|’s)? (?:wants?|is|asks?|asked|says?|said|dictat\w+|input|just|has|provided|"
    r"gave|message|text|needs)\b",
    rf"{_START}(?:(?:okay|ok|alright|hmm|well|so|first)[,. ]+)*(?:let me (?:think|see|start|clean|"
    rf"edit|fix|rewrite|break|"
    r"analy[sz]e|first)|(?:we|i) (?:need|have|should|must) (?:to )?(?:edit|clean|rewrite|output|"
    r"produce|remove|convert|"
    r"translate|correct|return|write))\b",
)

REFUSAL = _manner(
    "The model refused instead of editing the text.",
    rf"{_START}(?:(?:hi|hello)[^.\n]{{0,160}}[.!]\s*)?i(?:'m|’m| am) (?:really |very |so )?sorry\b",
    rf"{_START}(?:sorry|unfortunately), (?:but )?i(?:'m|’m| am| can)",
    r"\bas an? (?:ai|artificial|large language|language model|assistant)\b",
    r"\bi(?:'m|’m| am) (?:just |only )?an? (?:ai|artificial|large language|language model|assistant|"
    r"chatbot)\b",
    r"\bi (?:can(?:'t|’t|not| not)|am unable to|am not able to|won't|will not) (?:help|assist|"
    r"provide|comply|fulfil+|do that|"
    r"send|translate|ignore|access|generate|write|answer|process|edit|browse|create|continue|share|"
    r"engage)\b",
    r"\bi (?:don't|don’t|do not) have (?:access|real-time|the ability|enough|any|information|"
    r"personal|current)\b",
    rf"{_START}i apologi[sz]e\b",
    rf"{_START}(?:please (?:provide|share|give|paste|send)(?: me)?(?: with)? (?:the|your|a|some|"
    rf"more) (?:\w+ )?(?:text|dictation|transcript|sentence|regex|code|details|context|content|"
    rf"information)\b|could you (?:please )?(?:provide|share|clarify)|"
    r"you (?:haven't|"
    r"haven’t|have not|didn't|did not) provided?)\b",
    r"\bi(?:'d|’d| would) need (?:to see|more|the|some|additional)\b",
    rf"{_START}(?:there is|there's|it (?:seems|looks like)) (?:no|you)\b[^.\n]{{0,160}}\b(?:text|"
    rf"dictation|transcript|provided?)\b",
    rf"{_START}(?:es )?tut mir (?:sehr )?leid\b",
    rf"{_START}(?:leider )?(?:kann ich|ich kann) (?:dir|ihnen|dabei|das|diese\w*|leider|"
    rf"ihre\w*)\b[^.\n]{{0,160}}\b(?:nicht|nur)\b",
    r"\bals (?:ki|künstliche intelligenz|sprachmodell|ki-\w+)\b",
    rf"{_START}(?:je suis |c'est )?(?:vraiment )?désolée?\b",
    rf"{_START}je ne (?:peux|suis|dispose)[^.\n]{{0,160}}\b(?:aider|répondre|traduire|fournir|"
    rf"en mesure|accès)\b",
    r"\ben tant qu(?:e |'|’)(?:ia|intelligence|modèle|assistant)\b",
    rf"{_START}lo siento\b",
    rf"{_START}no puedo (?:ayudar|traducir|cumplir|responder|proporcionar|hacer)\w*\b",
    r"\bcomo (?:modelo de|ia|inteligencia|asistente)\b",
)

ANSWER = _manner(
    REPLIES,
    rf"{_START}(?:sure|certainly|of course|absolutely|definitely|understood|got it|noted|great|"
    rf"no worries|no problem|"
    r"you(?:'re|’re| are) (?:right|welcome)|good question|great question|happy to|glad to|"
    r"my apologies)\b[,.! ]",
    rf"{_START}(?:thank you|thanks) for (?:the|your|sharing|letting|providing|reaching|telling|asking)\b",
    rf"{_START}i(?:'d|’d| would) (?:be (?:happy|glad)|love|suggest|recommend|advise)\b",
    rf"{_START}i (?:agree|understand|see|recommend|suggest)\b",
    rf"{_START}i(?:'ve|’ve| have) (?:fixed|updated|corrected|cleaned|edited|made|added|changed|sent|"
    rf"written|noted|set)\b",
    rf"{_START}(?:yes|yeah|no|okay|ok|alright|sí|oui|ja|claro|gerne|natürlich|selbstverständlich|"
    rf"klar|verstanden|compris|"
    r"entendido|bien sûr|d'accord|por supuesto|承知|わかりました|はい)[,.!。、:]",
    r"\bhow (?:can|may) i (?:help|assist)\b",
    r"\b(?:puis-je|comment puis-je|wie kann ich|kann ich (?:dir|ihnen)|puedo) (?:vous |t'|te |"
    r"le )?(?:aider|helfen|ayudar)",
    r"\b(?:anything|something) else (?:i can|you(?:'d|’d| would)? (?:like|need|want))",
    r"\bthe (?:speaker|dictation|transcript|original (?:text|sentence)|(?:japanese|german|french|"
    r"spanish|english|chinese|"
    r"given|provided|above) (?:text|sentence|phrase|passage)|text) (?:\w+ ){0,2}?(?:says|asks|means|"
    r"reads|states|contains|"
    r"translates|mentions|requests|describes|discusses|talks)\b",
)

COMMENTARY = _manner(
    "The answer comments on the text.",
    r"\bi(?:'ve|’ve| have)? (?:also |only |just )?(?:fixed|corrected|removed|changed|added|kept|"
    r"cleaned|edited|adjusted|"
    r"translated|replaced|rephrased|improved|preserved|made (?:the|some|a few|minor)|"
    r"left) [^.\n]{0,160}(?:\b(?:text|punctuation|"
    r"grammar|fillers?|words?|sentences?|capitali[sz]ation|spelling|typos?|meaning|original|tone|"
    r"changes?|flow|clarity|"
    r"structure|numbers?|commas?|mistakes?|errors?|repetitions?)\b|\bas [\"“])",
    r"(?:^|[.!?]\s)[ \t(*_\[]{0,8}(?:note|notes?|explanation|changes(?: made)?|corrections|edits|"
    r"anmerkung|hinweis|änderungen|remarque|nota|"
    r"explicación|explication)(?: *\*\*)?[ \t]{0,4}:(?![ \t]{0,8}$)",
    r"[(\[](?:note|translated|edited|corrected|changed|removed|the original)\b[^)\]]{0,160}[)\]]",
    r"\b(?:hope (?:this|that) helps|feel free to|let me know if (?:you(?:'d|’d| would| need| want)|"
    r"there|this|that|anything))",
    r"\b(?:no (?:other )?changes (?:were )?(?:made|needed|necessary)|(?:was|were) (?:changed|"
    r"corrected) to [\"“'])",
    r"\bich habe [^.\n]{0,80}(?:korrigiert|entfernt|geändert|verbessert|angepasst|bereinigt|übersetzt)\b",
    r"\bj(?:'|’)ai (?:corrigé|supprimé|modifié|ajouté|traduit|retiré|amélioré)\b",
    r"\bhe (?:corregido|eliminado|cambiado|añadido|traducido|quitado|mejorado)\b",
    r"\b(?:this|the) (?:version|edited text|revision|edit|revised text|text above) (?:is|keeps|"
    r"removes|has|preserves|maintains)\b",
)

LEAK = _manner(
    "The answer repeats what the model was told.",
    r"</?(?:dictation|transcript|transcription|text|input|output|instructions?|example|answer|user|"
    r"system|assistant)\d*>",
    r"<\|\w*\|?>?|\[/?INST\]|<<SYS>>|^###\s*(?:instruction|input|response|system|user|assistant)",
    r"<<<|>>>",
    rf"{_START}(?:user|assistant|system|human|ai|raw|before|after|original|spoken|written)\s*:",
    r"^(?:output|written|edited|cleaned|after|answer|assistant|corrected)(?: (?:text|version))?\s*:",
)

PLACEHOLDER = _manner(
    "The answer has a blank to fill in, which was not spoken.",
    r"\[(?!x\]|X\])[^\W\d_][^\]\n\d]{1,40}\](?!\()",
)

CODE_LINE = re.compile(
    r"^[ \t]{0,40}(?:async )?def \w+\s*\(|^[ \t]{0,40}class \w+\s*[(:{]|"
    r"^[ \t]{0,40}(?:from [\w.]+ )?import [\w., {}*]+;?$|^[ \t]{0,40}\w[\w.\[\]]* [+-]?= \S"
    r"|=>|[;{][ \t]{0,8}$|^[ \t]{0,40}\}[ \t]{0,8};?$|^[ \t]{0,40}(?:for|while|if|with|elif|"
    r"except)\b[^.?!\n]{0,160}:[ \t]{0,8}\n[ \t]{2,40}\S|^[ \t]{0,40}[\w.]+\([^)\n]{0,80}\)[ \t]{0,8};?$"
    r"|\breturn \w+[.(\[]|\bconsole\.log\(|\bprint\(|^[ \t]{0,40}SELECT\b.*\bFROM\b|"
    r"^[ \t]{0,40}(?:\$ )?(?:git|npm|pip|docker|sudo|curl) \w+ [-\w\"']"
    r"|^[ \t]{0,40}#!/|^[ \t]{0,40}<\w+[^>\n]{0,80}>.*</\w+>",
    re.M,
)
SPOKEN_CODE = re.compile(
    r"\b(?:paren\w*|brackets?|braces?|equals?|semicolon|colon|underscore|def|arrow|quotes?|dash dash|"
    r"backslash|git|npm|pip|"
    r"docker|sudo|curl|select|dot|flag|klammer)\b",
    re.I,
)
FENCE = re.compile(r"^[ \t]{0,8}(?:```|~~~)", re.M)
