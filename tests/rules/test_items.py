"""Items: which calls are about one, and in which program."""

from __future__ import annotations

from typing import Any

from seen import APPLE, EXPO, accessibility, choice, event, place, store

from keylint.interpret.events import MUST, IdentityPart, ItemKey, Observations, StoreEvent
from keylint.rules.items import items, unplaced
from keylint.rules.registry import judge

TOKEN = ItemKey(EXPO, "", (("key", "token"),))
PASSWORD = ItemKey(EXPO, "", (("key", "password"),))


def call(function: str, row: int, *keys: ItemKey, **given: Any) -> StoreEvent:
    """A call that touches items."""
    return event(EXPO, function, row, item_keys=keys, **given)


def write(row: int, constant: str, *keys: ItemKey, **given: Any) -> StoreEvent:
    """A write with a class."""
    return call("setItemAsync", row, *keys, accessibility=accessibility(MUST, choice(store(EXPO), constant, row)), **given)


def test_calls_are_grouped_by_item() -> None:
    seen = Observations((call("setItemAsync", 1, TOKEN), call("getItemAsync", 2, TOKEN, PASSWORD), call("deleteItemAsync", 3, TOKEN)))
    token, password = items(seen)
    assert (token.key, [one.place.span.start for one in token.events]) == (TOKEN, [100, 200, 300])
    assert (password.key, password.writes, len(password.reads)) == (PASSWORD, (), 1)


def test_a_search_is_about_every_item_that_it_matches() -> None:
    first, second = (ItemKey(APPLE, "k", (("account", name), ("service", "s"))) for name in ("a", "b"))
    search, everything = ItemKey(APPLE, "k", (("service", "s"),)), ItemKey(APPLE, "k", (), True)
    seen = Observations(
        (
            event(APPLE, "SecItemAdd", 1, item_keys=(first,)),
            event(APPLE, "SecItemAdd", 2, item_keys=(second,)),
            event(APPLE, "SecItemCopyMatching", 3, item_keys=(search,)),
            event(APPLE, "SecItemDelete", 4, item_keys=(everything,)),
        )
    )
    assert [(item.key, len(item.reads), len(item.deletes)) for item in items(seen)] == [(first, 1, 1), (second, 1, 1)]


def test_calls_that_may_be_about_an_item() -> None:
    item = items(Observations((call("setItemAsync", 1, TOKEN),)))[0]
    same, other = (
        call("getItemAsync", 2, parts=(IdentityPart("key", "key", text, known),)) for text, known in (("name", False), ("x", True))
    )
    assert unplaced([same, other], item, ("read",)) == [same]


def test_programs_that_share_no_file_share_no_item() -> None:
    writes = (
        write(1, "WHEN_UNLOCKED", TOKEN, path=(place(1, "phone"),)),
        write(2, "AFTER_FIRST_UNLOCK", TOKEN, path=(place(1, "watch"),)),
    )
    together = Observations(writes)
    apart = Observations(writes, apps={"phone": frozenset(("phone",)), "watch": frozenset(("watch",))})
    shared = Observations(writes, apps={"phone": frozenset(("phone",)), "watch": frozenset(("watch", "phone"))})
    assert [len(judge(seen, ["KL106"]).findings) for seen in (together, apart, shared)] == [2, 0, 2]
    assert [(item.app, len(item.writes)) for item in items(apart)] == [("phone", 1), ("watch", 1)]
