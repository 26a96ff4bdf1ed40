"""What the user has set for the language model server; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OllamaOptions:
    """The settings `[ollama]`.

    Attributes:
        host: Address of the server; empty for OLLAMA_HOST, and without that for this machine.
        model: The model that edits where a mode prefers none.
        keep_alive: How long the server keeps a model in memory after an edit, in Go's notation ("30m"),
            in seconds, or "-1" for good.
        context: `num_ctx`, tokens of prompt and answer together; the same in every request, for a server
            loads the model anew when it changes.
        temperature: How freely words are chosen; 0 takes the likeliest every time.
        connect_s: Seconds until the server has to accept a connection.
        first_token_s: Seconds until the first word has to be there, loading the model included; and how
            long the server may be silent between two words.
        answer_s: Seconds until the answer has to be complete.
    """

    host: str = ""
    model: str = "qwen2.5:3b"
    keep_alive: str = "30m"
    context: int = 4096
    temperature: float = 0.1
    connect_s: float = 2.0
    first_token_s: float = 15.0
    answer_s: float = 60.0
