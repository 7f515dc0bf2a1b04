"""The risk of one customer: an additive score in log-odds, so that every reason's share can be shown exactly."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.domain import RiskPart
from data.errors import BadInput


class RefundState(StrEnum):
    """Where the customer's money is."""

    NONE = "none"
    ASKED = "asked"
    LATE = "late"
    PAID = "paid"


class ClaimOutlook(StrEnum):
    """How near an A-to-z claim or chargeback is."""

    NONE = "none"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED_FOR_US = "closed_for_us"
    CLOSED_AGAINST_US = "closed_against_us"


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of one customer now; None means not known and adds nothing.

    ``frustration`` is the highest calibrated probability among the customer's mentions and ``link_probability`` the
    belief that this mention is theirs (1.0 for a ticket of their own). ``waiting_days`` counts from the oldest
    message or mention without an answer, ``order_age_days`` from the purchase.
    """

    frustration: float | None = None
    severity: int | None = None
    link_probability: float = 1.0
    waiting_days: float | None = None
    unanswered_contacts: int = 0
    refund: RefundState = RefundState.NONE
    claim: ClaimOutlook = ClaimOutlook.NONE
    order_value_minor: int | None = None
    order_age_days: float | None = None


Positive = Annotated[float, Field(gt=0, strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


LogOdds = Annotated[float, Field(ge=-20, le=20, strict=False)]


class Base(_Part):
    """Log-odds of a customer about whom nothing is known."""

    log_odds: LogOdds


class Weight(_Part):
    """A single weight."""

    weight: LogOdds


class Capped(_Part):
    """A weight for each unit up to ``most``."""

    weight: LogOdds
    most: Annotated[int, Field(ge=1)]


class Period(_Part):
    """A weight that is full after ``full_days``."""

    weight: LogOdds
    full_days: Positive


class Doublings(_Part):
    """A weight for each doubling from ``usual_minor`` on."""

    weight: LogOdds
    usual_minor: Annotated[int, Field(ge=1)]
    most_doublings: Positive


class RiskPolicy(_Part):
    """All weights with the version that names them; the file says why each has its size."""

    version: Annotated[str, Field(min_length=1)]
    base: Base
    frustration: Weight
    severity: Weight
    waiting: Period
    unanswered: Capped
    refund: dict[Annotated[RefundState, Field(strict=False)], LogOdds]
    claim: dict[Annotated[ClaimOutlook, Field(strict=False)], LogOdds]
    value: Doublings
    age: Period


def parse_policy(raw: bytes, where: str) -> RiskPolicy:
    """Read a policy file; raises BadInput that names the file and the field."""
    try:
        policy = RiskPolicy.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{where}: not valid TOML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadInput(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if set(policy.refund) != set(RefundState) or set(policy.claim) != set(ClaimOutlook):
        raise BadInput(f"{where}: [refund] and [claim] need a weight for every state")
    return policy


@cache
def load_policy() -> RiskPolicy:
    """The policy that ships with the product."""
    name = "risk_policy.toml"
    return parse_policy(files("models").joinpath(name).read_bytes(), name)


def score(facts: CustomerFacts, policy: RiskPolicy) -> tuple[float, tuple[RiskPart, ...]]:
    """The risk (0-1) and its parts, largest share first; their weights add up to the risk's log-odds exactly.

    The part ``base`` is always there; others only when they move the score.
    """
    parts = [RiskPart("base", policy.base.log_odds, policy.version)]
    parts += [
        part for part in (*_said(facts, policy), *_waited(facts, policy), *_at_stake(facts, policy)) if part.weight
    ]
    parts.sort(key=lambda part: (-abs(part.weight), part.name))
    return _sigmoid(math.fsum(part.weight for part in parts)), tuple(parts)


def _said(facts: CustomerFacts, policy: RiskPolicy) -> list[RiskPart]:
    """What a mention says counts as far as we believe that it is this customer's."""
    link = _within(facts.link_probability, 0.0, 1.0)
    told: list[RiskPart] = []
    if facts.frustration is not None:
        signed = 2.0 * _within(facts.frustration, 0.0, 1.0) - 1.0
        told.append(RiskPart("frustration", policy.frustration.weight * link * signed, f"{facts.frustration:.2f}"))
    if facts.severity is not None:
        steps = _within(facts.severity, 1, 3) - 1
        told.append(RiskPart("severity", policy.severity.weight * link * steps, f"{facts.severity} of 3"))
    return told


def _waited(facts: CustomerFacts, policy: RiskPolicy) -> list[RiskPart]:
    told: list[RiskPart] = []
    if facts.waiting_days is not None and facts.waiting_days > 0:
        share = math.log1p(facts.waiting_days) / math.log1p(policy.waiting.full_days)
        told.append(RiskPart("waiting", policy.waiting.weight * min(share, 1.0), f"{facts.waiting_days:.0f} days"))
    count = min(max(facts.unanswered_contacts, 0), policy.unanswered.most)
    told.append(RiskPart("unanswered", policy.unanswered.weight * count, f"{facts.unanswered_contacts} messages"))
    told.append(RiskPart("refund", policy.refund[facts.refund], facts.refund.value))
    told.append(RiskPart("claim", policy.claim[facts.claim], facts.claim.value))
    return told


def _at_stake(facts: CustomerFacts, policy: RiskPolicy) -> list[RiskPart]:
    told: list[RiskPart] = []
    if facts.order_value_minor is not None and facts.order_value_minor > policy.value.usual_minor:
        doublings = min(math.log2(facts.order_value_minor / policy.value.usual_minor), policy.value.most_doublings)
        told.append(RiskPart("value", policy.value.weight * doublings, f"{facts.order_value_minor / 100:.2f}"))
    if facts.order_age_days is not None and facts.order_age_days > 0:
        share = min(facts.order_age_days / policy.age.full_days, 1.0)
        told.append(RiskPart("age", policy.age.weight * share, f"{facts.order_age_days:.0f} days"))
    return told


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _sigmoid(log_odds: float) -> float:
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)
