"""Remembers what was worked out of texts, and not the texts: they are what people wrote."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The latest results, by a digest of what they were worked out of."""

    def __init__(self, size: int = 1024) -> None:
        self._size = size
        self._held: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def of(self, text: str, work_out: Callable[[], T], *, beside: bytes = b"") -> T:
        """Give the result for a text, and for what stands `beside` it, worked out where it is not remembered."""
        key = sha256(text.encode("utf-8", "surrogatepass") + b"\0" + beside).digest()
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = work_out()
        with self._lock:
            self._held[key] = found
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return found
