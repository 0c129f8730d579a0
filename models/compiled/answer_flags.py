"""Several answers about one condition in one byte, so that AND and OR of bytes answer all of them at once.

Every bit only ever goes from unset to set when a part gets better for the person, so that "all of" is AND and
"any of" is OR. The bits about later days bound what the days say: they settle most grants without any day being
worked out.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

AnswerFlags: TypeAlias = NDArray[np.uint8]

YES: Final = 1
"""It certainly holds."""
MAY: Final = 2
"""It holds or may hold."""
GRANTED: Final = 4
"""It certainly holds if people at the funds decide in the person's favour."""
REFUSED: Final = 8
"""It may hold though they decide against the person."""
LATER: Final = 16
"""Unset: on no later day may it hold."""
LASTING: Final = 32
"""Set: from some later day on it may hold for ever."""
ALWAYS: Final = 64
"""Set: on every later day it may hold."""

NOW: Final = YES | MAY | GRANTED | REFUSED
SURE: Final = YES | GRANTED
"""What only something certain sets."""
OPEN: Final = MAY | REFUSED | LATER | LASTING | ALWAYS
"""Nothing is known of it."""
ALL: Final = SURE | OPEN
OF_CODE: Final[AnswerFlags] = np.array([0, OPEN, ALL], dtype=np.uint8)
"""Of the answers no, unknown and yes that time does not change."""
LOOK: Final = 5
"""In place of a status: days must be worked out."""


def _status(flags: int) -> int:
    if not flags & MAY:
        return 0 if not flags & LATER else 1 if flags & LASTING else LOOK
    if flags & YES:
        return 4
    return 3 if flags & GRANTED and not flags & REFUSED else 2


STATUS_OF: Final = np.array([_status(flags) for flags in range(128)], dtype=np.int8)
"""Code of the status of a grant, 0 not eligible … 4 eligible, by the flags of all that it asks."""


Numbers: TypeAlias = NDArray[np.int64]


Codes: TypeAlias = NDArray[np.int8]
"""Answers as numbers: 0 no, 1 unknown, 2 yes."""
