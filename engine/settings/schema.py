"""Every setting with its type and limits. `config.toml` is the same list with its defaults.

The models carry no defaults: the one place of defaults is `config.toml`, which always loads first.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.enhance.ollama.host import address
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError
from engine.models.languages import AUTO, LANGUAGES
from engine.settings.delivery import DeliverySettings, KeyedShape, TextShape
from engine.settings.modes import ModeSettings
from engine.settings.section import EXPLAINED, Section
from engine.settings.tidy import TidySettings
from engine.speech.effort import EncoderContext

Seconds = Annotated[float, Field(ge=0.0, le=60.0)]
LANGUAGE = f"^({'|'.join((AUTO, *LANGUAGES))})$"
"""How a language is written: "auto", or a code that Whisper has a token for."""

MEMORY = r"^(auto|[0-9]+(\.[0-9]+)? ?[MGT]B)$"
"""How an amount of memory is written."""

KEEP_ALIVE = r"^(-1|[0-9]+(s|m|h))$"
"""How long a server keeps a model: seconds, minutes or hours; -1 for ever."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


def _server(host: str) -> str:
    """Refuse what is no address of a server; OLLAMA_HOST, which stands in for an empty one, is no setting."""
    try:
        if host.strip():
            address(host)
    except EnhancementError as error:
        raise PydanticCustomError(EXPLAINED, "{what}", {"what": error.what, "remedy": error.remedy}) from None
    return host


class AudioSettings(Section):
    """`[audio]`: the microphone and what is kept around the key."""

    device: str
    """Name of the input device, or a part of it; empty for the system's default, "remote" for another
    machine's."""
    preroll_s: Annotated[float, Field(ge=0.0, le=10.0)]
    """Sound kept from before the key, in seconds."""
    tail_s: Annotated[float, Field(ge=0.0, le=3.0)]
    """Sound kept after stop, in seconds, unless it is quiet already."""
    auto_stop: bool
    """Whether silence after speech stops the recording."""
    auto_stop_s: Annotated[float, Field(ge=0.2, le=30.0)]
    """How long that silence must be, in seconds."""


class VoiceSettings(Section):
    """`[voice]`: when sound counts as speech."""

    threshold: Probability
    """Probability from which a frame begins speech."""
    release: Probability
    """Probability under which a frame can end speech; at most `threshold`."""
    padding_s: Annotated[float, Field(ge=0.0, le=2.0)]
    """Sound around speech that is recognised with it, in seconds."""
    pause_s: Annotated[float, Field(ge=0.2, le=10.0)]
    """Silence that ends a phrase, in seconds."""

    @model_validator(mode="after")
    def _release_below_threshold(self) -> Self:
        """Refuse a frame that would begin and end speech at once."""
        if self.release > self.threshold:
            raise ValueError(
                f"voice.release is {self.release:g}, but must be at most voice.threshold, {self.threshold:g}"
            )
        return self


class RecognitionSettings(Section):
    """`[recognition]`: which recogniser turns sound into words, and how."""

    recognizer: Literal["auto", "whisper", "pocketsphinx"]
    """Which recogniser; auto is Whisper when its weights are on disk, else PocketSphinx."""
    model: Annotated[str, Field(min_length=1)]
    """Whisper model: a name such as base.en, or the path of a local folder."""
    language: Annotated[str, Field(pattern=LANGUAGE)]
    """Code of the spoken language, such as en, or auto: found out once a dictation."""
    translate: bool
    """Whether Whisper writes English, whatever language is spoken."""
    device: Literal["auto", "cpu", "cuda"]
    """Where Whisper runs."""
    compute_type: Literal[
        "auto", "int8", "int8_float16", "int8_float32", "int8_bfloat16", "float16", "bfloat16", "float32"
    ]
    """Whisper's arithmetic; auto is int8 on CPU and int8_float16 on CUDA."""
    threads: Annotated[int, Field(ge=0, le=256)]
    """Threads of Whisper's decoder; 0 takes the physical cores."""
    performance: Literal["quality", "balanced", "speed"]
    """Performance mode: which of the tables of that name is in force."""
    vocabulary: list[str]
    """Names and terms that Whisper should expect."""


class PerformanceSettings(Section):
    """`[quality]`, `[balanced]` and `[speed]`: one performance mode each."""

    beam_size: Annotated[int, Field(ge=0, le=20)]
    """Hypotheses that Whisper follows for final text; 0 takes what suits the model."""
    temperatures: Annotated[list[Annotated[float, Field(ge=0.0, le=1.0)]], Field(min_length=1)]
    """Temperatures for final text, in the order in which they are tried."""
    encoder_context: EncoderContext
    """Sound that Whisper's encoder is given for final text."""
    partial_context: EncoderContext
    """The same for partials."""
    partials: bool
    """Whether there are partials."""
    partial_every_s: Annotated[float, Field(ge=0.1, le=10.0)]
    """New sound between two partials at the least, in seconds."""
    speculation: bool
    """Whether a phrase is decoded once it is quiet, before its end is certain."""
    agreement: bool
    """Whether long speech is cut where two partials agree."""
    ahead: bool
    """Whether what is firm is cleaned up and enhanced while the speaker goes on."""
    checked_share: Annotated[float, Field(ge=0.0, le=1.0)]
    """Share of a trusted device's blocks that are fully checked."""
    redecode_s: Annotated[float, Field(ge=0.0, le=30.0)]
    """Longest dictation that is decoded again as a whole after stop, in seconds."""


class ModelsSettings(Section):
    """`[models]`: which models are in memory, and for how long."""

    preload: list[Annotated[str, Field(min_length=1)]]
    """Models that are loaded at the start, beside the one in use."""
    memory: Annotated[str, Field(pattern=MEMORY)]
    """Memory that loaded models may take: auto, or an amount such as "3 GB"."""
    idle_minutes: Annotated[float, Field(ge=0.0, le=10080.0)]
    """Minutes without use after which a model is unloaded; 0 is never."""
    reload_after: Annotated[int, Field(ge=0, le=1_000_000)]
    """Dictations after which a model is loaded anew; 0 is never."""


class EnhancementSettings(Section):
    """`[enhancement]`: what happens to the words after recognition."""

    enabled: bool
    """Whether texts are enhanced at all."""
    enhancer: Literal["auto", "ollama", "tidy"]
    """Which enhancer; auto is Ollama where its server answers and has a model, else tidy."""
    mode: Annotated[str, Field(min_length=1)]
    """Writing mode: the name of a table of `[modes]`."""
    skip_good: bool
    """Whether a model is spared the words of recognisers that write well, where the mode allows it."""
    skip_words: Annotated[int, Field(ge=0, le=1000)]
    """Texts of up to so many words are not given to a model, where the mode allows it."""


class OllamaSettings(Section):
    """`[ollama]`: the server of language models."""

    host: Annotated[str, AfterValidator(_server)]
    """Its address; empty for OLLAMA_HOST, or this machine."""
    model: Annotated[str, Field(min_length=1)]
    """The model that edits, unless the writing mode prefers another."""
    keep_alive: Annotated[str, Field(pattern=KEEP_ALIVE)]
    """How long the server keeps the model in memory after its last use."""
    context: Annotated[int, Field(ge=1024, le=1_048_576)]
    """Tokens of prompt and answer together; another number makes the server load the model anew."""
    temperature: Annotated[float, Field(ge=0.0, le=2.0)]
    """How freely it chooses its words."""
    connect_s: Annotated[float, Field(ge=0.1, le=60.0)]
    """Seconds that the server has to take the connection."""
    first_token_s: Annotated[float, Field(ge=0.1, le=600.0)]
    """Seconds that it has to begin its answer, loading included."""
    answer_s: Annotated[float, Field(ge=0.1, le=3600.0)]
    """Seconds that it has for all of it."""


class InterfaceSettings(Section):
    """`[interface]`: how the workstation looks."""

    theme: Annotated[str, Field(min_length=1)]
    """Name of a theme: shipped, your own, or one of Textual's."""
    bandwidth: Literal["auto", "full", "low"]
    """How much is written to the terminal; auto is low over SSH."""


class Settings(Section):
    """All settings, as one immutable value."""

    audio: AudioSettings
    voice: VoiceSettings
    recognition: RecognitionSettings
    quality: PerformanceSettings
    balanced: PerformanceSettings
    speed: PerformanceSettings
    models: ModelsSettings
    enhancement: EnhancementSettings
    ollama: OllamaSettings
    tidy: TidySettings
    replacements: dict[str, str]
    """What is said → what is written instead; an empty text takes the words out."""
    modes: dict[str, ModeSettings]
    delivery: DeliverySettings
    into_terminal: KeyedShape
    into_window: KeyedShape
    into_clipboard: TextShape
    into_file: TextShape
    into_command: TextShape
    into_stdout: TextShape
    interface: InterfaceSettings
    keys: dict[str, str]
    """Action id → its keys, comma separated, in Textual's names; overrides the default keys."""

    @property
    def performance(self) -> PerformanceSettings:
        """The performance mode in force."""
        rows = {"quality": self.quality, "balanced": self.balanced, "speed": self.speed}
        return rows[self.recognition.performance]

    @property
    def writing_mode(self) -> WritingMode:
        """The writing mode in force."""
        return self.modes[self.enhancement.mode].named(self.enhancement.mode)

    @model_validator(mode="after")
    def _mode_is_there(self) -> Self:
        """Refuse a writing mode that no table describes."""
        if self.enhancement.mode not in self.modes:
            raise ValueError(f"there is no table modes.{self.enhancement.mode}")
        return self
