"""The index is what the tables are after any sequence of changes, deaths and lost messages.

NIGHTLY=1: workers die at every call instead of every fifth, and more and longer sequences, which are shrunk.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.administration.acts import Admin
from chalicelib.administration.categories import rename_category
from chalicelib.catalogue import shops
from chalicelib.catalogue.categories import stored_category
from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.regrouping import SETTLE_SECONDS, move_goods
from chalicelib.catalogue.search import building, index_job
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.models.accounts import User
from chalicelib.models.search import SearchTurn
from tests.integration.calls import Died, dying_after_any
from tests.integration.catalogue.search.index_world import NOTHING, at, embedded_engine, messages, swept
from tests.integration.world import Person, World, good, price_list

NIGHTLY = bool(os.environ.get("NIGHTLY"))


@pytest.fixture(autouse=True, scope="module")
def _embedded() -> Iterator[None]:
    with embedded_engine():
        yield


def differences(reader: Reader) -> dict[int, set[tuple[int, int]]]:
    """The shops of which index and tables do not have the same: what only one of them has, with its fingerprint."""
    index, sold, wrong = reader.engine().index, 0, {}
    for shop in filter(shops.takes_orders, map(shops.get_shop, everybody())):
        expected = dict(building._fingerprints(shop))
        sold += len(expected)
        if difference := expected.items() ^ index.of_shop(shop.entity_id).items():
            wrong[shop.entity_id] = set(difference)
    assert wrong or index.offers == sold
    return wrong


def everybody() -> set[int]:
    return {user.shop_id for user in User.scan(User.shop_id > 0)}


@pytest.mark.parametrize("how", ["merge", "rename"])
def test_who_changes_categories_may_die_at_every_call(
    world: World, admin: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """No message arrives, and somebody builds just when he dies: what he changed is found all the same."""
    story, reader = Story(world, admin), Reader(tmp_path)
    for calls in range(0, 200, 1 if NIGHTLY else 5):
        source, target = f"Группа{calls}", f"Прочее{calls}"
        world.shop(f"shop{calls}@shops.example", *(good(f"{calls}-{n}") for n in range(3)), category=source)
        world.shop(f"other{calls}@shops.example", good(f"{calls}-9"), category=target)
        story.build()
        if how == "merge":
            admin.post(f"/admin/categories/{category_id(source)}/merge", {"into": category_id(target)})
        with embedded_engine(SETTLE_SECONDS="60"):
            died = (
                dies(calls, story.move, source) if how == "merge" else dies(calls, story.rename, source, f"{source}и")
            )
            story.build()
            if how == "merge":
                story.move(source)
            messages()
            with monkeypatch.context() as patch:
                at(patch, clock.after(SETTLE_SECONDS + 300))
                story.build()
        assert differences(reader) == {}, calls
        if not died:
            break
    assert calls > 3


def dies(calls: int, act: Callable[..., object], *about: str) -> bool:
    """Let it die after so many calls; return whether it did."""
    try:
        with dying_after_any(calls):
            act(*about)
    except Died:
        return True
    return False


@dataclass
class Story:
    """What may happen to the shops of a run of a test; ``about`` says to what of them."""

    world: World
    admin: Person
    people: list[Person] = field(default_factory=list)
    run: int = 0

    def happen(self, kind: str, about: int) -> None:
        shop, name, other = self.people[about % 2].shop_id, self._name(about), self._name(about + 1)
        if kind == "import":
            goods = [good(f"{shop}-{n}", price=about + 1) for n in range(1 + about % 4)]
            self.world.drop(shop, price_list(*goods, category=name))
        elif kind in {"close", "open"}:
            shops.set_accepting(shop, accepting=kind == "open")
        elif kind == "merge":
            self.merge(name, other)
        elif kind == "rename":
            self.rename(name, f"Имя{self.run}х{about}")
        elif kind == "build":
            self.build()
        else:
            messages()

    def build(self) -> None:
        index_job.bring_up([NOTHING], 60)

    def move(self, source: str) -> None:
        move_goods(category_id(source), 60)

    def merge(self, source: str, target: str) -> None:
        one, two = stored_category(category_id(source)), stored_category(category_id(target))
        if one is not None and two is not None and one.alias_of is None and two.alias_of is None:
            self.admin.post(f"/admin/categories/{one.entity_id}/merge", {"into": two.entity_id})
            self.move(source)

    def rename(self, name: str, to: str) -> None:
        category = stored_category(category_id(name))
        if category is not None and category.alias_of is None:
            rename_category(category.entity_id, to, Admin(self.admin.user_id, ""))

    def _name(self, about: int) -> str:
        return f"Ряд{self.run}х{about % 3}"


RUNS = itertools.count()
KINDS = ["import", "close", "open", "merge", "rename", "build", "lose messages"]
# What may die on the way here; an import's deaths have tests of their own.
MORTAL = {"merge", "rename", "build"}


@examples(
    max_examples=40 if NIGHTLY else 3,
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if NIGHTLY else [])],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@example(steps=[("import", 2), ("close", 2), ("build", 9), ("open", 2)])
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30)), min_size=4, max_size=20 if NIGHTLY else 8))
def test_the_index_is_what_the_tables_are_after_anything(
    shared_world: World, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    run = next(RUNS)
    people = [shared_world.person(f"shop{run}-{n}@shops.example", "shop") for n in range(2)]
    story = Story(shared_world, shared_world.person(f"admin{run}@us.example", "administrator"), people, run)
    for kind, about in steps:
        mortal = kind in MORTAL and about % 2
        with suppress(Died), dying_after_any(about if mortal else 100_000):
            story.happen(kind, about)
    messages()
    # The time is over for which a builder that died keeps the turn.
    SearchTurn.at().delete()
    with pytest.MonkeyPatch.context() as monkeypatch:
        # The jobs that a death left are due by now, and with their messages those arrive that the sweeper sends.
        for _ in range(2):
            swept(monkeypatch, SETTLE_SECONDS + 600)
            shared_world.pump()
    assert differences(Reader(tmp_path_factory.mktemp("index"))) == {}
