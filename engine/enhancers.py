"""Which enhancer edits a text: the rules, or a language model where there is one and it is worth its time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module

from engine import registry
from engine.enhance.edited import Job
from engine.enhance.enhancer import Draft, Enhancer
from engine.enhance.enhancer_status import EnhancerStatus
from engine.enhance.ollama.host import address
from engine.enhance.policy import reason_to_skip
from engine.enhance.rules.own_forms import OwnForms
from engine.enhance.served_model import ServedModel
from engine.enhance.writing_mode import WritingMode
from engine.events import EnhancerChanged, Event
from engine.preferences import Preferences
from engine.server_watch import ServerWatch

TIDY, OLLAMA, AUTO = "tidy", "ollama", "auto"

USABLE = frozenset({"loading", "ready", "unloaded"})
"""States of a server in which it is asked without being told to."""


class Enhancers:
    """Chooses who edits, and what a user may change about that.

    Attributes:
        server: The server of language models.
    """

    def __init__(
        self,
        preferences: Preferences,
        publish: Callable[[Event], None],
    ) -> None:
        """Ask no server yet.

        Args:
            preferences: The settings in force.
            publish: Told, as events, of every change of `status`.
        """
        self._preferences = preferences
        self._publish = publish
        self._tidy: Enhancer | None = None
        self._tidy_of: tuple[object, ...] = ()
        self._own = OwnForms({}, ())
        self._told: EnhancerStatus | None = None
        self.server = ServerWatch(lambda: preferences.settings, self._tell)

    @property
    def status(self) -> EnhancerStatus:
        """The enhancer in force, and how far its server is."""
        chosen = self._preferences.settings.enhancement.enhancer
        status = self.server.status
        if chosen == TIDY or (chosen == AUTO and status.state not in USABLE):
            asked = chosen == AUTO and status.state in ("asking", "missing")
            problem, remedy = (status.problem, status.remedy) if asked else ("", "")
            return EnhancerStatus(TIDY, problem=problem, remedy=remedy)
        return status

    def begin(self) -> None:
        """Look for the server, and have it load the model, unless no server is wanted. Returns at once."""
        self._tell()
        if self._preferences.settings.enhancement.enhancer != TIDY:
            self.server.begin()

    async def prepare(self) -> None:
        """Make the next edit quick: called while the words for it are being spoken."""
        await asyncio.to_thread(self._rules)
        if self._preferences.settings.enhancement.enhancer != TIDY:
            self.server.refresh()
            await asyncio.to_thread(import_module, "engine.enhance.guard.judge")

    def job(self, draft: Draft, mode: WritingMode, recognized_by: str, *, by_hand: bool = False) -> Job:
        """Who edits a text.

        Args:
            draft: The words.
            mode: What is to become of them.
            recognized_by: Name of the model that recognised them.
            by_hand: Whether the user asks for it now, whatever the policy says and is known of the server.
        """
        settings = self._preferences.settings
        rules = self._rules()
        if not settings.enhancement.enabled and not by_hand:
            return Job(draft, mode, None, rules)
        if settings.enhancement.enhancer == TIDY:
            return self.by_rules(draft, mode)
        asked = Job(draft, mode, self.server.enhancer, rules, self.server.model_for(mode), self._own.written)
        if by_hand:
            return asked
        status = self.server.status
        explicit = settings.enhancement.enhancer == OLLAMA
        if status.state not in USABLE and not (explicit and status.state == "asking"):
            return self.by_rules(draft, mode)
        skipped = reason_to_skip(
            draft.text,
            mode,
            recognized_by,
            skip_good=settings.enhancement.skip_good,
            skip_words=settings.enhancement.skip_words,
        )
        return self.by_rules(draft, mode, f"{asked.model} was not asked: {skipped}") if skipped else asked

    def job_if_usable(self, draft: Draft, mode: WritingMode, recognized_by: str) -> Job:
        """The same by hand, but for a server that is known not to be there: the rules edit at once."""
        if self.server.status.state in USABLE:
            return self.job(draft, mode, recognized_by, by_hand=True)
        return self.by_rules(draft, mode)

    def by_rules(self, draft: Draft, mode: WritingMode, why: str = "") -> Job:
        """Have the rules edit a text.

        Args:
            draft: The words.
            mode: What is to become of them.
            why: One sentence why no model does; by default why the server cannot, where it was asked for.
        """
        rules = self._rules()
        status = self.server.status
        settings = self._preferences.settings
        # Who named a server wants to know that it is not there; others never had one.
        asked = settings.enhancement.enhancer == OLLAMA or (
            settings.enhancement.enhancer == AUTO and settings.ollama.host
        )
        if asked and status.state not in USABLE:
            why = why or f"{status.problem.rstrip(' .') or 'No model was asked'}; {_instead(mode)}."
        if not why and _needs_model(mode):
            why = f"Only a language model can do all of {mode.name}; {_instead(mode)}."
        return Job(draft, mode, rules, rules, remark=why)

    def choose_enhancer(self, name: str) -> None:
        """Have "tidy", "ollama" or "auto" edit from now on."""
        self._preferences.change("enhancement.enhancer", name)
        self._tell()
        if name != TIDY:
            self.server.begin()

    def choose_model(self, name: str) -> None:
        """Have another model of the server edit from now on; it is loaded at once."""
        self._change_server("ollama.model", name)

    def choose_host(self, host: str) -> None:
        """Ask another server from now on; empty for the usual one.

        Raises:
            EnhancementError: That is no address of a server; the one before is kept.
        """
        address(host)
        self._change_server("ollama.host", host)

    async def served(self) -> tuple[ServedModel, ...]:
        """The models of the server, with what each costs.

        Raises:
            EnhancementError: The server cannot be asked; says why and what to do.
        """
        return await self.server.models()

    async def close(self) -> None:
        """Let go of the server. Safe to call twice."""
        await self.server.close()

    def _change_server(self, key: str, value: str) -> None:
        self._preferences.change(key, value)
        if self._preferences.settings.enhancement.enhancer == TIDY:
            self._preferences.change("enhancement.enhancer", OLLAMA)
        self.server.begin()

    def _rules(self) -> Enhancer:
        """The rule-based enhancer with the rules that are switched on."""
        settings = self._preferences.settings
        wanted = (settings.tidy, settings.replacements, settings.recognition.vocabulary)
        if self._tidy is None or wanted != self._tidy_of:
            self._tidy = registry.build_enhancer(
                "tidy",
                rules=settings.tidy.rules,
                replacements=settings.replacements,
                vocabulary=settings.recognition.vocabulary,
            )
            terms = settings.recognition.vocabulary if settings.tidy.vocabulary else ()
            self._own = OwnForms(settings.replacements, terms)
            self._tidy_of = wanted
        return self._tidy

    def _tell(self) -> None:
        status = self.status
        if status != self._told:
            self._told = status
            self._publish(EnhancerChanged(status))


def _needs_model(mode: WritingMode) -> bool:
    """Whether the rules cannot make what the mode asks for."""
    return mode.fidelity == "translated" or (mode.fidelity == "rewritten" and mode.layout == "prose")


def _instead(mode: WritingMode) -> str:
    """What the rules do where no model edits."""
    return "nothing was translated" if mode.fidelity == "translated" else f"{TIDY} edited the text"
