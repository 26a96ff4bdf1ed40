"""Makes a transcript of what Whisper decoded: times within the sound, the language, what was not done."""

from __future__ import annotations

from engine.models.decoding import Decoding
from engine.models.languages import ENGLISH
from engine.speech.hallucination import Decoded
from engine.speech.recognizer import Segment, Transcript, Word
from engine.speech.whisper_language import Detected
from engine.speech.whisper_options import Prompt, translates


def transcript_of(
    segments: tuple[Segment, ...], detected: Detected | None, prompt: Prompt, row: Decoding, model: str
) -> Transcript:
    """Words with what is known of their language. Where there are none, nothing was found out either.

    Args:
        segments: The words.
        detected: The language, where it was left open.
        prompt: What the model was shown.
        row: What the model can do.
        model: Its name, for the remark that it cannot translate.
    """
    if not segments:
        return Transcript()
    language = Detected("", 0.0) if detected is None else detected
    spoken = row.language(language.language or prompt.language)
    remark = ""
    wanted = prompt.translate and prompt.language != ENGLISH
    if wanted and not row.translates and (spoken != ENGLISH or row.english_only):
        remark = cannot_translate(model, row)
    return Transcript(
        segments,
        language=language.language,
        language_probability=language.probability,
        translated=translates(prompt, row),
        remark=remark,
    )


def cannot_translate(model: str, row: Decoding) -> str:
    """What a user is told who asked for a translation and did not get it."""
    knows = "knows English only" if row.english_only else "was not trained to translate"
    return (
        f'The model "{model}" {knows}, so the words were written down as they were spoken. '
        'Choose a model that translates, such as "small" or "large-v3", or do not ask for a translation.'
    )


def segment_of(decoded: Decoded, length_s: float) -> Segment:
    """A segment with its times within the sound: time stamps of the model may lie behind it."""
    words = tuple(within(word, 0.0, length_s) for word in decoded.words)
    return Segment(decoded.text, min(decoded.start_s, length_s), min(decoded.end_s, length_s), words)


def within(word: Word, start_s: float, length_s: float) -> Word:
    """A word moved by `start_s`, and kept within the sound."""
    return Word(word.text, min(start_s + word.start_s, length_s), min(start_s + word.end_s, length_s))
