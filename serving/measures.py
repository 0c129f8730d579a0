"""Numbers for the people who run the service: by route and by status, never by person."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts and times of requests, of answers given in part, and of grants by status."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    degraded: Counter = field(init=False)
    empty: Counter = field(init=False)

    def __post_init__(self) -> None:
        """Register the measures."""

        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put(
            "requests",
            Counter("grants_requests", "Requests answered", ["route", "status"], registry=self.registry),
        )
        put(
            "seconds",
            Histogram("grants_seconds", "Seconds an answer took", ["route"], registry=self.registry),
        )
        put("degraded", Counter("grants_degraded", "Answers given in part", ["part"], registry=self.registry))
        put("empty", Counter("grants_empty", "Rankings without any grant", registry=self.registry))

    def page(self) -> bytes:
        """All numbers in Prometheus' text form."""
        return generate_latest(self.registry)
