"""Outcomes of store calls on observations made by hand."""

from __future__ import annotations

import pytest
from msgspec import structs
from seen import APPLE, EXPO, KEYRING, PYOBJC, event, judged, pending, place, related_rows, rows

from keylint.interpret.events import Conflation, DestructiveCall, LostFailure, StoreEvent

READ = event(APPLE, "SecItemCopyMatching", 1)
LOST = (LostFailure(READ, place(2), "every status but success is treated alike"),)


@pytest.mark.parametrize("function", ["SecItemAdd", "SecItemUpdate", "SecItemDelete"])
def test_discarded_status(function: str) -> None:
    assert rows(judged("KL301", event(APPLE, function, outcome="discarded"))) == [1]
    assert not judged("KL301", event(APPLE, function))


def test_discarded_pair() -> None:
    assert rows(judged("KL301", event(PYOBJC, "SecItemAdd", outcome="discarded"))) == [1]


def test_a_delete_that_something_reveals() -> None:
    revealed = event(APPLE, "SecItemDelete", outcome="discarded", revealed=True)
    assert not judged("KL301", revealed)


def test_a_delete_that_something_reveals_on_one_path_only() -> None:
    revealed = event(APPLE, "SecItemDelete", outcome="discarded", revealed=True)
    assert rows(judged("KL301", revealed, event(APPLE, "SecItemDelete", outcome="discarded"))) == [1]


def test_an_add_that_something_reveals_is_still_lost() -> None:
    assert rows(judged("KL301", event(APPLE, "SecItemAdd", outcome="discarded", revealed=True))) == [1]


def test_reads_and_calls_without_a_status() -> None:
    assert not judged("KL301", event(APPLE, "SecItemCopyMatching", outcome="discarded"))
    assert not judged("KL301", event(KEYRING, "set_password", outcome="discarded"))
    assert not judged("KL301", event(APPLE, "SecKeyCreateRandomKey", outcome="discarded"))


@pytest.mark.parametrize(("function", "expected"), [("setItemAsync", [1]), ("deleteItemAsync", [1]), ("getItemAsync", [])])
def test_floating(function: str, expected: list[int]) -> None:
    assert rows(judged("KL303", event(EXPO, function, promise="floating"))) == expected
    assert not judged("KL303", event(EXPO, function, promise="handled"))


def test_floating_on_one_path() -> None:
    floating = event(EXPO, "setItemAsync", promise="floating", path=(place(9),))
    (finding,) = judged("KL303", event(EXPO, "setItemAsync"), floating)
    assert related_rows(finding) == {9}


@pytest.mark.parametrize(("function", "expected"), [("SecItemDelete", [5]), ("SecItemUpdate", [5]), ("SecItemAdd", [])])
def test_a_failed_read_destroys(function: str, expected: list[int]) -> None:
    found = judged("KL304", event(APPLE, function, 5, lost=LOST))
    assert rows(found) == expected
    for finding in found:
        assert related_rows(finding) == {1, 2}
        assert "every status but success is treated alike" in finding.reasons
        assert "`errSecItemNotFound`" in finding.remedy


def test_a_failed_read_signs_out() -> None:
    twice = tuple(DestructiveCall(place(6), "auth.signOut", LOST, "load", confidence) for confidence in ("low", "medium"))
    (finding,) = judged("KL304", calls=twice)
    assert rows([finding]) == [6]
    assert finding.confidence == "medium"
    assert "`auth.signOut` ends the user's session" in finding.message


def test_a_delete_and_its_write_are_one_defect() -> None:
    delete = event(APPLE, "SecItemDelete", 5, lost=LOST)
    write = event(EXPO, "setItemAsync", 7, lost=LOST, pending=(pending(delete, "unserialized"),))
    assert rows(judged("KL304", delete, write)) == [5]


def test_a_write_whose_delete_destroys_nothing() -> None:
    delete = event(EXPO, "deleteItemAsync", 5)
    write = event(EXPO, "setItemAsync", 7, lost=LOST, pending=(pending(delete, "serialized"),))
    assert rows(judged("KL304", delete, write)) == [7]


def test_without_a_lost_failure() -> None:
    events: list[StoreEvent] = [event(APPLE, "SecItemDelete"), event(EXPO, "setItemAsync", 2)]
    assert not judged("KL304", *events, calls=(DestructiveCall(place(6), "signOut", (), "load", "high"),))


def test_confidence_is_the_worse_of_call_and_read() -> None:
    unsure = LostFailure(event(APPLE, "SecItemCopyMatching", 1, confidence="medium"), place(2), "")
    assert [finding.confidence for finding in judged("KL304", event(APPLE, "SecItemDelete", 5, lost=(unsure,)))] == ["medium"]


def test_a_failure_that_callers_take_for_absence() -> None:
    lost = (Conflation(place(3), "every status but success is treated alike"),)
    reads = [event(APPLE, "SecItemCopyMatching", row, conflated=lost) for row in (2, 5)]
    (finding,) = judged("KL302", *reads)
    assert rows([finding]) == [3]
    assert "errSecItemNotFound" in finding.remedy
    assert [related.span.start for related in finding.related] == [200, 500]


def test_what_the_store_itself_hides_is_no_defect_of_the_code() -> None:
    read = event(EXPO, "getItemAsync", 2, conflated=(Conflation(place(3), "every failure is caught alike"),))
    hiding = structs.replace(read, operation=structs.replace(read.operation, hides_failures=True))
    assert rows(judged("KL302", read)) == [3]
    assert not judged("KL302", hiding)
