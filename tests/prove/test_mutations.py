"""Nothing in the sealed part of the log can be changed unseen: every class of tampering, 25 times."""

from __future__ import annotations

import pytest

from tests.data.mutations import CLASSES
from tests.prove.mutations import tally


@pytest.mark.parametrize("name", CLASSES)
def test_every_trial_is_found_by_both_verifiers_and_told_alike(name: str) -> None:
    assert tally(name).is_clean
