"""Our model and our pairs as Splink sees them, and back.

Splink compares two rows of a table. Here a row is one *side* of a candidate pair: it holds the pair's number
and, by field, the number of the level that `matching` found. So Splink's pairs are
our candidates, Splink's levels are ours, and neither Splink nor its database sees a value of a child.

Term frequency goes through Splink's own adjustment, which weighs a pair by log2(u / frequency): ours, of b
bits at level u, is the frequency u · 2^-b. The third class has no place in Splink; see `relink`.
"""

import logging
from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.matching import Model
from fingerpost.matching.model import level_sets
from fingerpost.training.counting import counted_levels
from fingerpost.training.engines import database, needed
from fingerpost.training.levels import field_of, flat
from fingerpost.training.pairs import Bits, Compared

if TYPE_CHECKING:
    from splink import Linker

Settings = dict[str, Any]
_ITERATIONS = (50, 10, 5)  # of EM, at most
_NEVER = 0.5  # of the alternative that a lone level needs in Splink and no pair is on


def _adjusted(seen: Compared) -> list[str]:
    """Return the fields of which any pair's weight is adjusted."""
    return [field for field, bits in seen.bits.items() if np.any(bits)]


def _u(model: Model) -> dict[str, float]:
    """Return u of each level; of a model fitted to an index, what the fit makes of it."""
    return {name: level.m * 2.0 ** -model.match[name] for name, level in flat(model.written).items()}


def _level(name: str, number: int, m: float, u: float, *, adjusted: bool, learnt: bool) -> Settings:
    field = field_of(name)
    settings: Settings = {
        "sql_condition": f"{field}_l = {number}",
        "label_for_charts": name,
        "m_probability": m,
        "u_probability": u,
        "fix_m_probability": not learnt,
        "fix_u_probability": True,
    }
    if adjusted:
        # Without this Splink looks for the u of an exact match; each of our levels is adjusted from its own.
        settings |= {"tf_adjustment_column": f"{field}_rarity", "disable_tf_exact_match_detection": True}
    return settings


def _comparison(name: str, members: tuple[str, ...], seen: Compared, model: Model) -> Settings:
    levels, u, fields = flat(model.written), _u(model), _adjusted(seen)
    field, numbers = field_of(members[0]), [seen.names.index(member) for member in members]
    adjusted, learnt = field in fields, name in counted_levels(model.written)
    elsewhere = f"{field}_l NOT IN ({', '.join(map(str, numbers))})"
    null = {"sql_condition": elsewhere, "label_for_charts": "-", "is_null_level": True}
    found = [
        _level(member, number, levels[member].m, u[member], adjusted=adjusted, learnt=learnt)
        for member, number in zip(members, numbers, strict=True)
    ]
    if len(members) == 1:
        never = {"sql_condition": "ELSE", "m_probability": _NEVER, "u_probability": _NEVER}
        found.append(
            never | {"label_for_charts": "never", "fix_m_probability": True, "fix_u_probability": True}
        )
    return {"output_column_name": name, "comparison_levels": [null, *found], "comparison_description": name}


def settings(model: Model, seen: Compared) -> Settings:
    """Return a model as settings of Splink, for pairs as compared."""
    odds = 2.0**model.prior
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "side",
        "probability_two_random_records_match": odds / (1.0 + odds),
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.pair = r.pair"}],
        "comparisons": [
            _comparison(name, members, seen, model) for name, members in level_sets(model.match).items()
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": ["pair"],
        "em_convergence": 1e-4,
    }


def _frequencies(model: Model, seen: Compared, field: str) -> tuple[NDArray[np.int64], Bits]:
    """Return a number for each pair's (level, bits), and the term frequency each number stands for."""
    u = np.array([nan, *_u(model).values()])
    frequency = u[seen.level[field]] * 2.0 ** -seen.bits[field]
    distinct, numbers = np.unique(frequency, return_inverse=True, equal_nan=True)
    return numbers.astype(np.int64), distinct


def _sides(seen: Compared, rarity: dict[str, NDArray[np.int64]]) -> Any:
    """Return the table: both sides of every pair, as an Arrow table."""
    arrow = needed("pyarrow", "training")
    pair = np.arange(len(seen), dtype=np.int64)
    columns = {"pair": pair} | seen.level | {f"{field}_rarity": numbers for field, numbers in rarity.items()}
    doubled = {name: arrow.array(np.repeat(column, 2)) for name, column in columns.items()}
    return arrow.table({"side": arrow.array(np.arange(2 * len(seen), dtype=np.int64))} | doubled)


def linker(api: Any, model: Model, seen: Compared, iterations: int = 1) -> "Linker":
    """Return Splink, ready to score or to learn. `api` is what `database` gives, used for this once."""
    splink = needed("splink", "training")
    arrow = needed("pyarrow", "training")
    rarities = {field: _frequencies(model, seen, field) for field in _adjusted(seen)}
    table = _sides(seen, {field: numbers for field, (numbers, _) in rarities.items()})
    chosen = settings(model, seen) | {"max_iterations": iterations}
    found = splink.Linker(api.register(table), chosen, log_level=logging.ERROR, validate_settings=False)
    for field, (_, frequency) in rarities.items():
        name = f"{field}_rarity"
        known = np.flatnonzero(~np.isnan(frequency))
        shares = arrow.table({name: known, f"tf_{name}": frequency[known]})
        found.table_management.register_term_frequency_lookup(api.register(shares), name)
    return found


def match_weights(found: "Linker", pairs: int) -> Bits:
    """Return Splink's match weight of each pair, in bits, in the order the pairs were given."""
    predicted: Any = found.inference.predict(warning_mode="never")
    scored: Any = predicted.as_pyarrow_table()
    weights = np.full(pairs, nan)
    weights[scored["pair_l"].to_numpy()] = scored["match_weight"].to_numpy()
    return weights


def trained_m(model: Model, seen: Compared, blocked_on: Sequence[str]) -> dict[str, float]:
    """Return m as Splink's EM learns it from the pairs on some levels, for every other field they hold.

    A level that Splink does not meet has a share of none. Where classes lie so far apart that an m becomes
    smaller than a double can hold, Splink raises; stopping earlier then loses nothing, since EM has settled.
    """
    both = [(field_of(level), seen.names.index(level)) for level in blocked_on]
    fields = {field for field, _ in both}
    block = seen.chosen(np.all([seen.level[field] == number for field, number in both], axis=0))
    rule = "l.pair = r.pair" + "".join(f" and l.{field} = {number}" for field, number in both)
    met = block.count()
    for iterations in _ITERATIONS:
        found = linker(database(), model, block, iterations)
        try:
            found.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)
        except ValueError:
            continue
        return {
            level: m if met[level] else 0.0
            for level, m in _m_of(found).items()
            if field_of(level) not in fields
        }
    return {}


def _m_of(found: "Linker") -> dict[str, float]:
    """Return m of every level that is learnt."""
    return {
        level["label_for_charts"]: level["m_probability"]
        for comparison in found.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if "m_probability" in level and not level["fix_m_probability"]
    }
