"""How each family of Whisper models is best decoded; pure. The one table of such numbers.

What the columns rest on:

- openai/whisper, `transcribe.py`: no-speech 0.6, log probability -1.0, compression ratio 2.4, the
  same for every model; `cli`: five beams.
- Whisper's paper (Radford et al. 2022, section 4.5 and table 7): five beams, temperature fallback
  and the no-speech rule each lower the error of long recordings.
- Model cards of openai/whisper-large-v3, openai/whisper-large-v3-turbo and
  distil-whisper/distil-large-v3: one beam, no conditioning on previous tokens. Their compression
  ratio of 1.35 counts tokens, not text, and is no other limit than 2.4.
- SYSTRAN/faster-whisper, README: `condition_on_previous_text=False` for Distil-Whisper.
- SYSTRAN/faster-whisper, issue 777, and ggml-org/whisper.cpp, issue 1507: large-v3 repeats itself
  where large-v2 does not. A comment in the latter advises a context of 64 tokens or fewer, and five
  beams. The short prompt is followed here: it costs nothing. The beams are not: the model's card
  uses one, and on a CPU each other one costs the largest model the most time; against loops there
  are the temperatures and the rules below.
- SYSTRAN/faster-whisper, issue 1028: turbo puts its probability of no speech at 1e-9, come what
  may, with OpenAI's own code as well: it is no sign of anything.
- openai/whisper, README: turbo was not trained to translate, and writes the language that is spoken
  when it is asked to. Model card of distil-whisper/distil-large-v2: the family is for English alone.
  The `.en` models have no token for a task.
- Distil-Whisper's paper (Gandhi et al. 2023, section 6): fewer loops and inventions than Whisper;
  most of the family never saw a prompt while it was distilled.

What no source names is judgement, and nobody has measured it: the beams of tiny, base, small and
medium (five, the paper's number, for the model that needs them most, and fewer the more each costs),
`unsure`, `doubtful`, `word_loop`, `phrase_loop`, and a prompt of 96 tokens elsewhere.

No row penalises repetition within the decoder (`repetition_penalty`, `no_repeat_ngram_size`): they
also forbid what people do say twice, such as the digits of a number. Loops are cut out of the text
instead (`engine.speech.hallucination`), where they last too long to be speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from engine.models.languages import ENGLISH

ENGLISH_TOKENS_PER_S = 12.0
"""Tokens that a second of English can need: 5 in ordinary speech, twice that when read in haste."""

ANY_TOKENS_PER_S = 25.0
"""The same for every language: scripts that are spelt in bytes take 20."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The size of a loaded model.

    Attributes:
        width: Of the encoder's output: 384, 512, 768, 1024 or 1280.
        decoder_layers: Layers that carry an alignment head, a lower bound of all; 0 where unknown.
        mels: Bands of its spectrogram; large-v3 and what descends from it have 128, others 80.
    """

    width: int
    decoder_layers: int
    mels: int


@dataclass(frozen=True, slots=True)
class Decoding:
    """Decode parameters of a family of models.

    Attributes:
        family: Name of the row.
        beam_size: Hypotheses to follow on a CPU, on the judgement that the smaller the model, the
            more a wider beam mends and the less it costs.
        no_speech_threshold: Probability of no speech from which a window counts as silent. None: no
            window does.
        log_prob_threshold: Average log probability of the tokens under which a result is poor: it is
            tried again at the next temperature, and thrown away in a silent window.
        compression_ratio_threshold: Length of the text by that of the compressed text, above which
            it repeats itself, and is tried again.
        unsure: Average log probability under which the words of a silent window are made up.
            Judgement: OpenAI's -1.0 is for films; in dictation silence is cut away beforehand, and
            what comes through it as "not speech" may be taken for made up sooner.
        doubtful: Probability of no speech from which an echo of the prompt is not believed.
            Judgement: half of OpenAI's 0.6, since the echo is a second sign that nobody spoke.
        judges_silence: Whether its probability of no speech means anything. Where it does not,
            improbable words take its place as the sign that nobody spoke.
        word_loop: Times that one word must follow itself to be a loop; people do say "no no no no".
            Judgement: twice that.
        phrase_loop: The same for a phrase of several words, or for a whole segment. Judgement: few
            say one four times; three where the family is known for loops, or is the smallest.
        previous_tokens: Tokens of the text before an utterance that it is shown; 0 for none.
        tokens_per_s: Tokens that a second of sound can need.
        spare_tokens: Tokens allowed on top: time stamps, and the slack of short sounds.
        translates: Whether it was trained to write English for speech in other languages.
        english_only: Whether it knows no other language.
        guarded: Whether inventions and loops are taken out of its text.
    """

    family: str
    beam_size: int
    no_speech_threshold: float | None = 0.6
    log_prob_threshold: float | None = -1.0
    compression_ratio_threshold: float | None = 2.4
    unsure: float = -0.7
    doubtful: float = 0.3
    judges_silence: bool = True
    word_loop: int = 8
    phrase_loop: int = 4
    previous_tokens: int = 96
    tokens_per_s: float = ANY_TOKENS_PER_S
    spare_tokens: int = 24
    translates: bool = True
    english_only: bool = False
    guarded: bool = True

    def language(self, spoken: str) -> str:
        """The language to decode in.

        Args:
            spoken: ISO 639-1 code of the language to expect, or "auto"; only multilingual models look at it.
        """
        return ENGLISH if self.english_only else spoken

    def capped(self, tokens_per_s: float) -> Decoding:
        """The same with another limit of tokens, to the token and without slack."""
        return replace(self, tokens_per_s=tokens_per_s, spare_tokens=0)

    def unguarded(self) -> Decoding:
        """The same with every result taken as it comes: for models that say noise on purpose."""
        return replace(
            self,
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
            guarded=False,
        )

    def most_tokens(self, sound_s: float) -> int:
        """Limit of new tokens for `sound_s` seconds in one window, so that a loop ends soon."""
        return max(1, self.spare_tokens + round(self.tokens_per_s * sound_s))


UNKNOWN = "unknown"

TABLE: dict[str, Decoding] = {
    row.family: row
    for row in (
        Decoding("tiny", beam_size=5, phrase_loop=3, previous_tokens=64),
        Decoding("base", beam_size=3),
        Decoding("small", beam_size=2),
        Decoding("medium", beam_size=2),
        Decoding("large", beam_size=1),
        Decoding("large-v3", beam_size=1, phrase_loop=3, previous_tokens=64),
        Decoding(
            "turbo", beam_size=1, phrase_loop=3, previous_tokens=64, judges_silence=False, translates=False
        ),
        Decoding("distil", beam_size=1, previous_tokens=0, translates=False),
        # Nothing is known of it: the beam of a middling model, and no prompt beyond a sentence.
        Decoding(UNKNOWN, beam_size=2, previous_tokens=64),
    )
}
"""By family; "large" is v1 and v2."""

_WORDS = ("distil", "turbo", "large", "medium", "small", "base", "tiny")
"""Parts of names, the most telling first: "distil-large-v3" is a distil, "large-v3-turbo" a turbo."""

_WIDTHS = {384: "tiny", 512: "base", 768: "small", 1024: "medium", 1280: "large"}
"""Width of the encoder → family (Whisper's paper, table 1)."""

_PRUNED_LAYERS = 4
"""Decoder layers of turbo and of distil-small.en; the other distils have two. Undistilled models of
these widths have 12 and more."""


def decoding_for(model: str, geometry: Geometry, *, english_only: bool) -> Decoding:
    """The row for a model: by a part of its name, else by its size, else the row for unknown ones.

    Args:
        model: A name, a folder, or a repository of the hub, such as "Systran/faster-whisper-base.en".
        geometry: Size of the loaded model.
        english_only: Whether the loaded model knows no other language.
    """
    row = TABLE[_by_name(model) or _by_size(geometry) or UNKNOWN]
    tokens_per_s = ENGLISH_TOKENS_PER_S if english_only else ANY_TOKENS_PER_S
    translates = row.translates and not english_only
    return replace(row, english_only=english_only, translates=translates, tokens_per_s=tokens_per_s)


def _by_name(model: str) -> str | None:
    """The family that a name tells of; of a path, the folder or the hub's repository in it."""
    parts = PurePath(model).parts
    hub = [part for part in parts if part.startswith("models--")]
    for part in (*parts[-1:], *hub):
        words = re.findall(r"[a-z]+|\d+", part.lower())
        family = next((word for word in _WORDS if word in words), None)
        if family == "large" and ("3" in words or words[-1] == "large"):
            return "large-v3"  # "large" alone is the newest, as in faster-whisper's own list
        if family is not None:
            return family
    return None


def _by_size(geometry: Geometry) -> str | None:
    family = _WIDTHS.get(geometry.width)
    if family in ("small", "medium", "large") and 0 < geometry.decoder_layers <= _PRUNED_LAYERS:
        is_turbo = family == "large" and geometry.decoder_layers > 2
        return "turbo" if is_turbo else "distil"
    return "large-v3" if family == "large" and geometry.mels == 128 else family
