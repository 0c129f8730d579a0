"""Bodies that the service takes as they stand: examples of its description, which a test sends."""

from __future__ import annotations

from typing import Any, Final

Body = dict[str, Any]

PARENT: Final[Body] = {
    "facts": {
        "age": 34,
        "benefits": ["universal_credit"],
        "number_of_children": 2,
        "lives_with_partner": False,
    },
    "areas": ["E08000025"],
}
"""A lone parent in Birmingham."""

RANK: Final[Body] = {
    "applicant": PARENT,
    "need": {"text": "broken cooker, two children"},
    "page": {"size": 3},
}

RERANK: Final[Body] = {
    "event": "ranking",
    "id": "81f46c34-a4bb-469c-8708-f8127cd67d27",
    "timestamp": "1599391467000",
    "fields": [
        {"name": "query", "value": "broken cooker, two children"},
        {"name": "areas", "value": ["E08000025"]},
        {"name": "benefits", "value": ["universal_credit"]},
        {"name": "source", "value": "search"},
    ],
    "items": [
        {"id": "best-start-foods"},
        {"id": "crf-birmingham", "fields": [{"name": "relevancy", "value": 2.5}]},
        {"id": "eric-w-vincent-trust"},
    ],
}

EVENTS: Final[Body] = {
    "events": [
        {
            "id": "event-1",
            "kind": "opened",
            "response_id": "the response_id of the answer",
            "at": "2026-11-23T10:00:00Z",
            "placements": [{"grant_id": "best-start-foods", "position": 1}],
        }
    ]
}

OUTCOMES: Final[Body] = {
    "applications": [
        {
            "id": "application-1",
            "person": "a-pseudonym",
            "grant_id": "best-start-foods",
            "on": "2026-10-01",
            "need": {"text": "food for a baby"},
        }
    ],
    "outcomes": [
        {
            "id": "outcome-1",
            "application_id": "application-1",
            "result": "awarded",
            "decided_on": "2026-10-09",
            "amount": 120,
        }
    ],
}

JUDGEMENTS: Final[Body] = {
    "judgements": [
        {
            "id": "judgement-1",
            "partner": "a-pseudonym",
            "situation_id": "the id of a situation",
            "grant_id": "best-start-foods",
            "grade": 2,
            "words": "It pays in a week.",
            "on": "2026-11-01",
        }
    ]
}
