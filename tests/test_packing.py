"""A run on its way between two processes: it arrives equal, and its models are the ones that are there."""

from __future__ import annotations

from keylint.analysis import Runner
from keylint.interpret.merging import Run
from keylint.lowering import Lowerer, Order
from keylint.packing import pack, unpack
from keylint.program.link import link
from keylint.select import Candidate
from keylint.stores import catalogue

TEXT = b"""import Security
func save(_ d: Data) -> OSStatus {
  SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "a"] as CFDictionary)
  return SecItemAdd([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "a", kSecAttrAccessible: kSecAttrAccessibleWhenUnlocked,
    kSecValueData: d] as CFDictionary, nil)
}
"""


def test_there_and_back() -> None:
    known = catalogue.load(["swift"])
    lowered = Lowerer(known, lambda candidate: TEXT)(Order(Candidate("a.swift", "swift", "")))
    found = Runner(link([lowered.file()]), known)("a.swift")
    assert isinstance(found, Run)
    data = pack(found, known)
    again = unpack(data, known)
    assert str(again) == str(found)
    add = next(event for event in again.observations.events if event.verb == "add")
    assert any(add.store is one for one in known.stores)
    assert any(add.operation is operation for operation in add.store.operations)
    assert any(add.accessibility.choices[0].cls is one for one in add.store.classes)
    assert add.store.title.encode() not in data


def test_a_failure_is_packed_as_what_it_says() -> None:
    known = catalogue.load(["swift"])
    lowered = Lowerer(known, lambda candidate: TEXT)(Order(Candidate("a.swift", "swift", "")))
    program = link([lowered.file()])
    runner = Runner(program, known)
    runner._survey = None  # type: ignore[assignment]
    assert "internal failure" in str(runner.packed("a.swift"))
