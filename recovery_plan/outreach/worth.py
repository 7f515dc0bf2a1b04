"""What one contact is worth: risk x share avoided x harm, in minor units of the policy's currency."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.domain import AtRisk, Route
from data.errors import BadInput
from recovery_plan.at_risk_rows import ZERO_DECIMALS

Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Harm(_Part):
    """What is lost when nobody helps, in minor units."""

    beside_the_order_minor: Annotated[int, Field(ge=0)]
    usual_order_minor: Annotated[int, Field(ge=0)]


class Worth(_Part):
    """The whole file, which says why each figure has its size."""

    version: Annotated[str, Field(min_length=1)]
    harm: Harm
    effect: dict[Annotated[Route, Field(strict=False)], Share]
    minutes: dict[Annotated[Route, Field(strict=False)], Annotated[int, Field(ge=1)]]
    rates: dict[str, Annotated[float, Field(gt=0)]]


def parse(raw: bytes, where: str) -> Worth:
    """Read the file; raises BadInput that names the file and the field."""
    try:
        return Worth.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{where}: not valid TOML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadInput(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@cache
def load() -> Worth:
    """The figures that ship with the product."""
    name = "worth.toml"
    return parse(files("recovery_plan.outreach").joinpath(name).read_bytes(), name)


def value_of(customer: AtRisk, route: Route, currency: str, worth: Worth) -> float:
    """Expected harm that a contact by ``route`` avoids, in minor units of ``currency``; 0 for a route without contact.

    risk x effect of the route x (value of the order + harm beside it). An order in a currency without a rate counts
    as one of usual value.
    """
    harm = order_minor(customer, currency, worth) + worth.harm.beside_the_order_minor
    return customer.risk * worth.effect.get(route, 0.0) * harm


def order_minor(customer: AtRisk, currency: str, worth: Worth) -> float:
    """The order's value in minor units of ``currency``, by the rounded rates."""
    own = customer.currency or currency
    if customer.value_minor is None:
        return float(worth.harm.usual_order_minor)
    if own == currency:
        return float(customer.value_minor)
    if own not in worth.rates or currency not in worth.rates:
        return float(worth.harm.usual_order_minor)
    units = customer.value_minor / _minor_units(own) * worth.rates[own] / worth.rates[currency]
    return units * _minor_units(currency)


def _minor_units(currency: str) -> int:
    return 1 if currency in ZERO_DECIMALS else 100
