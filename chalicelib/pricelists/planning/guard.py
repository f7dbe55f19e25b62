"""Decides whether a plan differs so much from the shop's catalogue that somebody should review it first."""

from dataclasses import dataclass

from chalicelib.pricelists.planning.compare import ImportPlan


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In percent, and the number of goods on sale below which nothing is guarded."""

    vanished: int
    moved: int
    min_goods: int
    renamed: int = 50


def reasons_to_review(plan: ImportPlan, thresholds: Thresholds) -> dict[str, int]:
    """Return why the plan must be approved before it is applied, in percent; {} if it need not be.

    ``goods_vanish`` is of the goods on sale, ``prices_move`` and ``names_change`` of those among them that the file
    prices and names. A first list, and one of a shop that sells next to nothing, is never held up: a few goods are many
    percent there. Neither are a few new names, as in a list that merges.
    """
    if plan.listed < thresholds.min_goods:
        return {}
    found = {}
    if plan.counts["withdrawn"] * 100 > plan.listed * thresholds.vanished:
        found["goods_vanish"] = plan.counts["withdrawn"] * 100 // plan.listed
    if plan.moved * 100 > plan.compared * thresholds.moved:
        found["prices_move"] = plan.moved * 100 // plan.compared
    if plan.renamed * 100 > plan.named * thresholds.renamed and plan.renamed >= thresholds.min_goods:
        found["names_change"] = plan.renamed * 100 // plan.named
    return found
