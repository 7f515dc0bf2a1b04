"""How fast texts become assessments."""

from __future__ import annotations

import random
import time

import py3langid

from models.assess import Assessor
from models.examples import own_examples
from models.text import AssessInput

TEXTS = 10_000
ONE_BY_ONE = 500


def measure() -> dict[str, float | str]:
    """Texts a second of ``Assessor.assess`` on one core, over review-like texts of five languages.

    Processor time of this one-threaded process, so that busy neighbours do not count. No word has been looked up
    before; what py3langid loads for the first text of a sixth language has been loaded.
    """
    examples = own_examples()
    random.Random(1).shuffle(examples)
    inputs = [AssessInput(e.text) for e in examples[:TEXTS]]
    del examples
    assessor = Assessor.shipped()
    py3langid.classify("привет")
    begun = time.process_time()
    made = assessor.assess(inputs)
    took = time.process_time() - begun
    if len(made) != TEXTS:
        raise AssertionError("a text was left out")
    begun_one = time.process_time()
    for one in inputs[:ONE_BY_ONE]:
        assessor.assess([one])
    alone = time.process_time() - begun_one
    return {
        "texts": TEXTS,
        "characters a text": round(sum(len(i.text) for i in inputs) / TEXTS),
        "seconds": round(took, 2),
        "texts a second": round(TEXTS / took),
        "one text, ms": round(1000 * alone / ONE_BY_ONE, 2),
    }


if __name__ == "__main__":
    print(measure())  # noqa: T201
