"""A service that cannot start says why and ends with a code: no port stays open, and nobody starts it for ever."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import MutableMapping
from typing import Final, NoReturn

SUPERVISOR: Final = "GRANTS_SUPERVISOR"
"""The process that starts workers again when they end; told to them by their environment."""
FAILED: Final = 1


def end_when_a_worker_cannot_start(environment: MutableMapping[str, str]) -> None:
    """In the process that starts workers: end in order, with a code, when one of them says that it cannot start."""
    environment[SUPERVISOR] = str(os.getpid())
    signal.signal(signal.SIGUSR1, _end)


def refuse_to_start(why: str) -> NoReturn:
    """In a worker: say why it cannot start, and end it and the process that would start it again."""
    print(f"refused to start: {why}", file=sys.stderr, flush=True)
    supervisor = os.environ.get(SUPERVISOR)
    if supervisor is not None and int(supervisor) == os.getppid():
        os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(FAILED)


def _end(_signal: int, _frame: object) -> None:
    atexit.register(os._exit, FAILED)
    os.kill(os.getpid(), signal.SIGTERM)
