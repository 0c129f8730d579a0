"""uvicorn's HTTP protocol with what it leaves open: a limit and a time for the head of a request, before any key."""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from serving.refusals import Refusal

HEAD_BYTES: Final = 32 * 1024
"""Most bytes of a request's line and headers."""
HEAD_SECONDS: Final = 10.0
"""Longest that a client may take to send them, from its first byte or from its connection."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head that is too long with 431 and one that is too slow with 408, and closes the connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.head_bytes = 0
        self.head_timer: TimerHandle | None = None
        self.in_head = True
        self.begun = False
        self.refused = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has become too long."""
        if self.refused:
            return
        if self.in_head:
            self.head_bytes += len(data)
        super().data_received(data)
        if not self.in_head:
            return
        if self.head_bytes > HEAD_BYTES:
            self._refuse(431)
        elif self.head_timer is None and (self.begun or self.head_bytes):
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self.in_head = self.begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Let the request in, if its head is no longer than the limit."""
        self._stop_waiting()
        self.in_head, self.begun, self.head_bytes = False, False, 0
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            self._refuse(431)
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, of a request that was let in."""
        if not self.refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next head."""
        self.in_head = True
        if not self.refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP in the shape of every error."""
        self._refuse(400)

    def _wait_for_head(self) -> None:
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def _give_up(self) -> None:
        self.head_timer = None
        if self.in_head:
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        answer = Refusal(status).response()
        fields = [*answer.raw_headers, (b"connection", b"close")]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + bytes(answer.body))
        self.transport.close()
