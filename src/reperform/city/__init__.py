"""The invented city of Yunjiang (云江市): made-up registers with planted problems whose truth is known.

`generate` writes the files that a bureau would receive, at two days, and the truth beside them; `score` says how well
a procedure did against it. See docs/explanation/city.md.
"""

from .bodies import Body, bodies
from .dates import AFTER, BEFORE
from .generate import City, State, generate
from .truth import Fate, Key, Kind, Planted, Score, VerdictScore, key_of, score, score_verdicts, truth

__all__ = [
    "AFTER",
    "BEFORE",
    "Body",
    "City",
    "Fate",
    "Key",
    "Kind",
    "Planted",
    "Score",
    "State",
    "VerdictScore",
    "bodies",
    "generate",
    "key_of",
    "score",
    "score_verdicts",
    "truth",
]
