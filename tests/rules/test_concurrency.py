"""Pairs of a delete and a write on observations made by hand: which rule a pair belongs to."""

from __future__ import annotations

from seen import APPLE, EXPO, event, judged, pending, place, related_rows, rows

from keylint.interpret.events import ESCAPES, Check, Held, ItemKey, Pending, StoreEvent

DELETE = event(APPLE, "SecItemDelete", 1)


def add(*reached: Pending, row: int = 3, **given: object) -> StoreEvent:
    return event(APPLE, "SecItemAdd", row, pending=reached, **given)


def codes(*events: StoreEvent) -> list[str]:
    return [code for code in ("KL201", "KL204", "KL205") for _ in judged(code, *events)]


def test_unserialized() -> None:
    (finding,) = judged("KL201", add(pending(DELETE, "unserialized")))
    assert rows([finding]) == [3]
    assert related_rows(finding) == {1}
    assert "errSecDuplicateItem (-25299)" in finding.message


def test_a_duplicate_that_is_dealt_with_drops_nothing() -> None:
    (finding,) = judged("KL201", add(pending(DELETE, "unserialized"), tells=("duplicate",)))
    assert "dropped" not in finding.message
    assert "a read then finds nothing" in finding.message


def test_the_calls_that_lead_to_the_delete_and_to_the_write() -> None:
    delete = event(APPLE, "SecItemDelete", 1, path=(place(9), place(5)))
    (finding,) = judged("KL201", add(pending(delete, "unserialized"), path=(place(9), place(6))))
    assert related_rows(finding) == {1, 5, 6}


def test_only_a_region_that_is_known_to_be_one_is_said_to_be_held() -> None:
    for effective in ("yes", "unknown"):
        held = Held("lock", "guard", place(4), effective=effective)
        (finding,) = judged("KL201", add(pending(DELETE, "unserialized"), regions=(held,)))
        assert any("guard" in reason for reason in finding.reasons) == (effective == "yes")


def test_what_serializes_and_what_may() -> None:
    assert codes(add(pending(DELETE, "serialized")), add(pending(DELETE, "unknown"))) == []


def test_one_open_path_is_enough() -> None:
    assert codes(add(pending(DELETE, "serialized")), add(pending(DELETE, "unserialized"))) == ["KL201"]


def test_a_write_has_one_finding_with_every_delete() -> None:
    other = event(APPLE, "SecItemDelete", 2)
    (finding,) = judged("KL201", add(pending(DELETE, "unserialized"), pending(other, "unserialized")))
    assert related_rows(finding) == {1, 2}


def test_what_explains_a_pair_replaces_what_states_it() -> None:
    suspended = pending(DELETE, "suspended", suspension=place(2))
    assert codes(add(suspended), add(pending(DELETE, "unserialized"))) == ["KL204"]
    ineffective = pending(DELETE, "ineffective", region=Held("lock", "lock", place(4)))
    assert codes(add(pending(DELETE, "unserialized")), add(ineffective)) == ["KL205"]


def test_pairs_are_judged_apart() -> None:
    other = event(APPLE, "SecItemDelete", 2)
    assert codes(add(pending(DELETE, "suspended", suspension=place(5)), pending(other, "unserialized"))) == ["KL201", "KL204"]


def test_the_suspension_point() -> None:
    actor = Held("actor", "the actor Tokens", place(0))
    (finding,) = judged("KL204", add(pending(DELETE, "suspended", suspension=place(2), region=actor)))
    assert rows([finding]) == [2]
    assert related_rows(finding) == {1, 3}
    assert "The actor Tokens lets" in finding.message


def test_the_region_that_keeps_nobody_out() -> None:
    own = Held("lock", "lock", place(4), declared=place(5))
    (finding,) = judged("KL205", add(pending(DELETE, "ineffective", region=own, why="every call makes its own")))
    assert rows([finding]) == [4]
    assert related_rows(finding) == {1, 3, 5}
    assert "every call makes its own" in finding.message


def test_started_together() -> None:
    delete = event(EXPO, "deleteItemAsync", 1)
    write = event(EXPO, "setItemAsync", 2, pending=(pending(delete, "unserialized", together=True),))
    (finding,) = judged("KL201", write)
    assert "started together" in finding.message


def test_confidence_is_that_of_the_best_path_and_its_worse_call() -> None:
    unsure = event(APPLE, "SecItemDelete", 1, confidence="low")
    assert [finding.confidence for finding in judged("KL201", add(pending(unsure, "unserialized")))] == ["low"]
    both = add(pending(unsure, "unserialized")), add(pending(DELETE, "unserialized"), confidence="medium")
    assert [finding.confidence for finding in judged("KL201", *both)] == ["medium"]


READ = event(APPLE, "SecItemCopyMatching", 1)


def checked(verdict: str, **given: object) -> StoreEvent:
    return event(APPLE, "SecItemAdd", 3, checks=(Check(READ, verdict),), **given)


def test_a_read_decides_and_nothing_serializes() -> None:
    for verdict in ("unserialized", "suspended", "ineffective"):
        (finding,) = judged("KL202", checked(verdict))
        assert rows([finding]) == [3]
        assert related_rows(finding) == {1}
        assert "errSecDuplicateItem (-25299)" in finding.message


def test_a_read_decides_and_something_serializes_or_the_duplicate_is_dealt_with() -> None:
    assert not judged("KL202", checked("serialized"), checked("unknown"))
    assert not judged("KL202", checked("unserialized", tells=("duplicate", "success")), checked("unserialized", tells=(ESCAPES,)))
    assert judged("KL202", checked("unserialized", tells=("success",)))


def test_a_duplicate_is_no_matter_for_a_write_that_overwrites() -> None:
    read = event(EXPO, "getItemAsync", 1)
    write = event(EXPO, "setItemAsync", 3, checks=(Check(read, "unserialized"),), tells=("duplicate",))
    assert rows(judged("KL202", write)) == [3]


def test_a_pair_says_it_already() -> None:
    for verdict in ("unserialized", "suspended", "ineffective"):
        assert not judged("KL202", checked("unserialized", pending=(pending(DELETE, verdict),)))
    assert judged("KL202", checked("unserialized", pending=(pending(DELETE, "serialized"),)))


def test_a_failing_add_after_a_delete() -> None:
    for verdict in ("serialized", "unserialized", "unknown"):
        assert rows(judged("KL206", add(pending(DELETE, verdict)))) == [3]
    assert not judged("KL206", add(), add(pending(DELETE, "unserialized", together=True)))


def test_clearing_everything_replaces_nothing() -> None:
    everything = event(APPLE, "SecItemDelete", 1, item_keys=(ItemKey("apple_security", "kSecClassGenericPassword", (), True),))
    assert not judged("KL206", add(pending(everything, "unserialized")))
