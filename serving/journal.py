"""What the service writes down of its work: names of routes and times, never anything about a person."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Final

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

WRITTEN: Final = frozenset(
    {
        "event",
        "level",
        "at",
        "method",
        "route",
        "status",
        "ms",
        "request_id",
        "key",
        "code",
        "part",
        "version",
        "why",
    }
)
"""The only fields that are ever written; anything else is dropped, whoever adds it."""


def _only_written(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in WRITTEN}


def journal() -> FilteringBoundLogger:
    """A logger of one JSON object a line on standard output, of known fields only."""
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _only_written,
            structlog.processors.JSONRenderer(),
        ],
    )
    return logger


class WithoutValues(logging.Filter):
    """Reduces an exception to its type and place: its message may hold what a person wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it always passes."""
        info: Any = record.exc_info
        if isinstance(info, tuple) and info[0] is not None:
            record.msg, record.args = f"{info[0].__name__} at {_place(info[2])}", ()
            record.exc_info, record.exc_text = None, None
        return True


def _place(trace: Any) -> str:
    frames = traceback.extract_tb(trace)[-3:]
    return (
        " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)) or "unknown"
    )


def keep_values_out_of_logs() -> None:
    """Put the filter on every handler there is, also those of BentoML and uvicorn."""
    loggers = [logging.getLogger(), *map(logging.getLogger, tuple(logging.root.manager.loggerDict))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if not any(isinstance(known, WithoutValues) for known in handler.filters):
            handler.addFilter(WithoutValues())
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
