"""What utter copies for its user, told to those who borrow the clipboard for a paste.

By its text alone, a copy of what has just been pasted cannot be told from the paste itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.deliver.clipboard_mechanism import Selection


class Copies:
    """How often each selection was given to the user.

    Attributes:
        alone: Held by whoever changes a selection and has to know that nobody else does.
    """

    def __init__(self) -> None:
        """Nothing has been copied."""
        self.alone = asyncio.Lock()
        self._count: Counter[Selection] = Counter()

    def count(self, selection: Selection) -> int:
        """How often something was copied to a selection."""
        return self._count[selection]

    @asynccontextmanager
    async def copying(self, *selections: Selection) -> AsyncIterator[None]:
        """Copy something to selections within: from now on, what they have belongs to the user."""
        async with self.alone:
            self._count.update(selections)
            yield
