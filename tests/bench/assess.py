"""How fast texts become assessments."""

from __future__ import annotations

import random
import time

from models.assess import Assessor
from models.examples import own_examples
from models.text import AssessInput

TEXTS = 10_000


def measure() -> dict[str, float | str]:
    """Texts a second of ``Assessor.assess`` on one core, over review-like texts of five languages.

    Processor time of this one-threaded process, so that busy neighbours do not count.
    """
    examples = own_examples()
    random.Random(1).shuffle(examples)
    inputs = [AssessInput(e.text) for e in examples[:TEXTS]]
    assessor = Assessor.shipped()
    begun = time.process_time()
    made = assessor.assess(inputs)
    took = time.process_time() - begun
    if len(made) != TEXTS:
        raise AssertionError("a text was left out")
    return {
        "texts": TEXTS,
        "characters a text": round(sum(len(i.text) for i in inputs) / TEXTS),
        "seconds": round(took, 2),
        "texts a second": round(TEXTS / took),
    }


if __name__ == "__main__":
    print(measure())  # noqa: T201
