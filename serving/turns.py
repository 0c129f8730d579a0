"""Work in threads within a deadline: a stuck ranking costs a thread, never the answer."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from serving.refusals import Refusal

T = TypeVar("T")

PLAIN_SECONDS = 1.0
"""How long the plain answer may take, after the deadline."""


class Turns:
    """A fixed number of threads, and one more for the plain answer when those are late."""

    def __init__(self, threads: int, *, deadline: float) -> None:
        self.deadline = deadline
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="work")
        self.spare = ThreadPoolExecutor(1, thread_name_prefix="plain")
        self.inside = 0
        self.latest = -math.inf
        """When an answer was last given."""

    def quiet_for(self) -> float:
        """Give the seconds since the last answer: 0 while somebody waits for one, infinity before the first."""
        return 0.0 if self.inside else time.monotonic() - self.latest

    async def take(
        self, work: Callable[[], T], *, late: Callable[[], T] | None = None, patience: float = 1.0
    ) -> T:
        """Give what `work` gives or, past the deadline, what `late` gives; raise `Refusal` 504 without.

        `patience` is how many deadlines the work may take.
        """
        self.inside += 1
        try:
            return await self._taken(work, late, patience)
        except TimeoutError:
            raise Refusal(504) from None
        finally:
            self.inside, self.latest = self.inside - 1, time.monotonic()

    async def _taken(self, work: Callable[[], T], late: Callable[[], T] | None, patience: float) -> T:
        try:
            return await self._within(self.threads, work, self.deadline * patience)
        except TimeoutError:
            if late is None:
                raise
        return await self._within(self.spare, late, PLAIN_SECONDS * patience)

    async def _within(self, pool: ThreadPoolExecutor, work: Callable[[], T], seconds: float) -> T:
        running = asyncio.get_running_loop().run_in_executor(pool, work)
        done, _ = await asyncio.wait({running}, timeout=seconds)
        if not done:
            running.cancel()
            raise TimeoutError
        return running.result()

    def close(self) -> None:
        """Start nothing more; do not wait for what is stuck."""
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.spare.shutdown(wait=False, cancel_futures=True)
