"""Numbers for the people who run the service: by route and by status, never by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts and times of requests, of answers given in part, and of grants by status."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    degraded: Counter = field(init=False)
    empty: Counter = field(init=False)
    warnings: Gauge = field(init=False)

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
        put(
            "warnings",
            Gauge("grants_warning", "What works in part only", ["warning"], registry=self.registry),
        )
        put("empty", Counter("grants_empty", "Rankings without any grant", registry=self.registry))

    def page(self, warnings: Sequence[str] = ()) -> bytes:
        """All numbers in Prometheus' text form; `warnings` are codes of what works in part only."""
        self.warnings.clear()
        for warning in warnings:
            self.warnings.labels(warning).set(1)
        return generate_latest(self.registry)
