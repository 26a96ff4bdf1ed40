"""X selections that a child of ours owns (see `x_owner`): who has fetched a text is known, not guessed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from engine.deliver.clipboard_mechanism import Selection
from engine.errors import DeliveryError

TIME_OUT_S = 3.0
"""How long the child may take to start and to own a selection: an interpreter's start, and a round trip."""

OWNER = "engine.deliver.x_owner"
"""The child's module."""

_ROOT = Path(__file__).resolve().parents[2]
_NAMES: dict[Selection, str] = {"clipboard": "CLIPBOARD", "primary": "PRIMARY"}


class XSelection:
    """A child that owns selections for us, started when it is first needed.

    Attributes:
        fetched: How often the program that the text is meant for has taken all of it.
        asked: How often others have.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Start nothing yet."""
        # The child runs from where this program lies, and survives the terminal, as xclip does.
        path = os.pathsep.join(filter(None, [str(_ROOT), environ.get("PYTHONPATH")]))
        self._environ = {**environ, "PYTHONPATH": path}
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._starting = asyncio.Lock()
        self._closed = False
        self._answer = ""
        self._held: set[str] = set()
        self.fetched = self.asked = 0

    async def prepare(self) -> None:
        """Start the child, unless we were closed: nobody would end it then. Never raises."""
        if not self._closed:
            with contextlib.suppress(DeliveryError):
                await self.start()
        if self._closed:
            await self.close()

    async def start(self) -> None:
        """Start the child, if it is not there.

        Raises:
            DeliveryError: It cannot be started.
        """
        async with self._starting:
            await self._start()

    async def _start(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        await self._end_listening()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", OWNER),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        except OSError as error:
            raise DeliveryError(f"Python cannot be started: {error.strerror or error}.") from None
        self._held.clear()
        self._listening = asyncio.create_task(self._listen(self._process))

    async def hold(self, selection: Selection, text: str, window: int) -> None:
        """Take a selection with a text that is meant for the program of that window.

        Raises:
            DeliveryError: It is not ours afterwards.
        """
        await self.start()
        self.fetched = self.asked = 0
        if not await self._ask("hold", selection, text, window):
            raise DeliveryError("The X server did not give us the clipboard.", "Paste it yourself.")

    async def back(self, selection: Selection, text: str) -> bool:
        """Put a text back, if nobody else owns the selection by now; gives whether that was so."""
        if not self.holds(selection):
            return False
        with contextlib.suppress(DeliveryError):
            return await self._ask("back", selection, text, 0)
        return False

    async def leave(self, selection: Selection, text: str) -> None:
        """Have the child put a text back by itself, once somebody has what the selection holds."""
        process = self._process
        if process is None or process.stdin is None or not self.holds(selection):
            return
        data = text.encode()
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(TIME_OUT_S):
                process.stdin.write(f"after {_NAMES[selection]} 0 {len(data)}\n".encode() + data)
                await process.stdin.drain()

    def holds(self, selection: Selection) -> bool:
        """Whether the selection is still ours, as far as we were told."""
        return _NAMES[selection] in self._held

    async def wait_for_fetch(self, time_out_s: float) -> bool:
        """Wait until the program that the text is meant for has it; gives whether it has."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(time_out_s), self._changed:
                await self._changed.wait_for(lambda: self.fetched or not self._held)
        return self.fetched > 0

    async def wait_for_anybody(self, time_out_s: float) -> None:
        """Wait until anybody has the text, or we own nothing any more."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(time_out_s), self._changed:
                await self._changed.wait_for(lambda: self.fetched or self.asked or not self._held)

    async def wait_for_quiet(self, quiet_s: float, most_s: float) -> None:
        """Wait until that program has not asked again for a while: some ask twice for one paste."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                while await self._fetched_within(quiet_s):
                    pass

    async def close(self) -> None:
        """Let go of the child; what it owns, it serves on in the background. Safe to call twice."""
        self._closed = True
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), TIME_OUT_S)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        await self._end_listening()

    async def _fetched_within(self, time_out_s: float) -> bool:
        seen = self.fetched
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(time_out_s), self._changed:
                await self._changed.wait_for(lambda: self.fetched != seen)
        return self.fetched != seen

    async def _ask(self, order: str, selection: Selection, text: str, window: int) -> bool:
        process, name = self._process, _NAMES[selection]
        assert process is not None
        assert process.stdin is not None
        data = text.encode()
        self._answer = ""
        try:
            async with asyncio.timeout(TIME_OUT_S):
                process.stdin.write(f"{order} {name} {window} {len(data)}\n".encode() + data)
                await process.stdin.drain()
                async with self._changed:
                    await self._changed.wait_for(lambda: self._answer or process.returncode is not None)
        except (TimeoutError, OSError):
            raise DeliveryError("The X server did not answer.", "Look whether DISPLAY names it.") from None
        return self._answer == "held"

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode().strip():
            async with self._changed:
                self._note(line)
                self._changed.notify_all()
        await process.wait()
        async with self._changed:
            self._held.clear()
            self._changed.notify_all()

    def _note(self, line: str) -> None:
        what, _, name = line.partition(" ")
        if what in ("held", "refused"):
            self._answer = what
        if what in ("held", "lost", "refused"):
            (self._held.add if what == "held" else self._held.discard)(name)
            return
        self.fetched += what == "fetched"
        self.asked += what == "asked"

    async def _end_listening(self) -> None:
        task, self._listening = self._listening, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
