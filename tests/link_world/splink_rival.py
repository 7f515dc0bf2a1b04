"""Splink 5 on the same material, weighing by presets like ours (m) and by its own count of coincidence (u).

It is given what our own reading finds in a text (ids, town, postcode, product words, sum), so that only blocking and
weighing differ. Term frequencies are on wherever a value is compared.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Sequence, Set
from typing import Any

import numpy as np
import pandas as pd

from models.mention_facts import LinkMention, read_mention
from models.names import PersonName
from models.order_facts import OrderFacts
from tests.link_world.figures import COUNTED, Truth, average_precision


def measure(orders: Sequence[OrderFacts], mentions: Sequence[LinkMention], truth: Truth) -> dict[str, float | str]:
    """Quality, time and memory; says so when Splink is not installed."""
    try:
        import splink.comparison_level_library as cll
        import splink.comparison_library as cl
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
        from splink.blocking_rule_library import CustomRule
    except ImportError:
        return {"skipped": "splink is not installed"}
    wanted = [m for m in mentions if m.source in COUNTED]
    begun = time.perf_counter()
    left, right = _orders(orders), _mentions(wanted, {o.city for o in orders}, {w for o in orders for w in o.words})
    rare = 0.02 / max(len(orders), 1)  # an id is borrowed now and then; by chance it never agrees
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        probability_two_random_records_match=0.26 / max(len(orders), 1),
        comparisons=[
            _names(cl, cll),
            cl.ExactMatch("order_id").configure(m_probabilities=[0.95, 0.05], u_probabilities=[rare, 1 - rare]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True, m_probabilities=[0.8, 0.2]),
            cl.ExactMatch("postcode").configure(m_probabilities=[0.8, 0.2]),
            cl.ExactMatch("country").configure(term_frequency_adjustments=True, m_probabilities=[0.9, 0.1]),
            cl.ArrayIntersectAtSizes("words", [2, 1]).configure(m_probabilities=[0.5, 0.3, 0.2]),
            cl.ExactMatch("amount").configure(m_probabilities=[0.6, 0.4]),
            _gap(cl, cll),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first", "last"),
            block_on("last", "first_initial"),
            block_on("first", "last_initial"),
            CustomRule("l.first = r.last and l.last = r.first"),
            block_on("order_id"),
            block_on("postcode"),
            block_on("amount", "country"),
            block_on("first", "country"),
            block_on("first", "city"),
        ],
        retain_intermediate_calculation_columns=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = DuckDBAPI()
        tables = [api.register(t, table_name=n) for t, n in ((left, "a_orders"), (right, "b_mentions"))]
        linker = Linker(tables, settings, log_level="ERROR")
        linker.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=1)
        predicted: Any = linker.inference.predict(threshold_match_probability=0.001)
        found: pd.DataFrame = predicted.as_pandas_dataframe()
    took = time.perf_counter() - begun
    return {
        **_quality(found, wanted, truth),
        "seconds": round(took, 1),
        "peak memory of the process, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


def _names(cl: Any, cll: Any) -> Any:
    """First and last name in either order, one of them with an initial, or one alone."""
    levels = [
        cll.CustomLevel("first_l is null or first_r is null", "no name").configure(is_null_level=True),
        cll.ExactMatchLevel("full_name", term_frequency_adjustments=True).configure(m_probability=0.5),
        cll.JaroWinklerLevel("full_name", 0.94).configure(m_probability=0.12),
        cll.ExactMatchLevel("first_and_initial", term_frequency_adjustments=True).configure(m_probability=0.18),
        cll.ExactMatchLevel("first", term_frequency_adjustments=True).configure(m_probability=0.12),
        cll.ElseLevel().configure(m_probability=0.08),
    ]
    return cl.CustomComparison(output_column_name="name", comparison_levels=levels)


def _gap(cl: Any, cll: Any) -> Any:
    """Days between purchase and mention."""
    levels = [
        cll.CustomLevel("day_l is null or day_r is null", "no day").configure(is_null_level=True),
        cll.CustomLevel("day_r - day_l between -1 and 30", "a month").configure(m_probability=0.75),
        cll.CustomLevel("day_r - day_l between 31 and 120", "a season").configure(m_probability=0.23),
        cll.ElseLevel().configure(m_probability=0.02),
    ]
    return cl.CustomComparison(output_column_name="day", comparison_levels=levels)


def _orders(orders: Sequence[OrderFacts]) -> pd.DataFrame:
    rows = [
        {
            "unique_id": o.order_id,
            "order_id": o.order_id,
            **_name(o.names),
            "city": o.city or None,
            "postcode": o.postcode or None,
            "country": o.country or None,
            "words": list(o.words),
            "day": o.day,
            "amount": str(o.amounts[-1]) if o.amounts else None,
        }
        for o in orders
    ]
    return pd.DataFrame(rows)


def _mentions(mentions: Sequence[LinkMention], towns: Set[str], known: Set[str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for mention in mentions:
        facts = read_mention(mention)
        rows.append(
            {
                "unique_id": mention.mention_id,
                "order_id": facts.ids.order_ids[0] if facts.ids.order_ids else None,
                **_name(facts.authors),
                "city": next((p for p in facts.places if p in towns), None),
                "postcode": facts.postcodes[0] if facts.postcodes else None,
                "country": facts.country or None,
                "words": [w for w in facts.words if w in known] or None,
                "day": facts.day,
                "amount": str(facts.amounts[0].minor) if facts.amounts else None,
            }
        )
    return pd.DataFrame(rows)


def _name(names: Sequence[PersonName]) -> dict[str, str | None]:
    tokens = names[0].tokens if names else ()
    first, last = tokens[0] if tokens else None, tokens[-1] if len(tokens) > 1 else None
    initial = last[0] if last else (names[0].initials[0] if names and names[0].initials else None)
    return {
        "first": first,
        "last": last,
        "full_name": " ".join(sorted((first, last))) if first and last else None,
        "first_and_initial": f"{first} {initial}" if first and initial else None,
        "first_initial": first[0] if first else None,
        "last_initial": initial,
    }


def _quality(found: pd.DataFrame, mentions: Sequence[LinkMention], truth: Truth) -> dict[str, float]:
    order, mention = ("unique_id_l", "unique_id_r")
    if len(found) and str(found[order].iloc[0]) in truth:
        order, mention = mention, order
    best = found.sort_values("match_probability", ascending=False).drop_duplicates(mention)
    hits = np.array([o in truth[m] for o, m in zip(best[order], best[mention], strict=True)])
    scores = best["match_probability"].to_numpy()
    true = sum(bool(truth[m.mention_id]) for m in mentions)
    figures = {"average precision": round(average_precision(scores, hits, true), 4)}
    right = np.cumsum(hits)
    precise = right / np.arange(1, len(hits) + 1)
    reached = np.nonzero(precise >= 0.99)[0]
    figures["recall at precision 0.99"] = round(float(right[reached[-1]] / true), 4) if len(reached) else 0.0
    return figures
