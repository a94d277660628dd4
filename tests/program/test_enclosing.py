"""What the code around a place is called."""

from __future__ import annotations

import pytest

from keylint.languages import front_end, language_of
from keylint.program.enclosing import enclosing
from keylint.program.nodes import Span
from keylint.source import Source

SWIFT = """\
final class Box<T> {
  struct Inner { var v: Int { get { HERE() } }
    func save(_ a: Int) throws { queue.sync { HERE(a) } } } }
extension Box { init() { HERE() } }
let x = HERE()
func top() { func inner() { HERE() } }
"""
TYPESCRIPT = """\
export const save = async () => { const ok = await HERE(); };
export default { load: () => HERE(), put() { HERE() } };
class A { static f = () => HERE(); #g() { HERE() } }
module.exports.x = function () { HERE() }
HERE()
const C = () => { const h = useCallback(async () => { HERE() }, []); }
"""
PYTHON = """\
class A:
    @property
    def f(self):
        with x: HERE()
    g = lambda: HERE()
    h = HERE()
async def k():
    if 1:
        def m(): HERE()
HERE()
"""


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.swift", SWIFT, ["Box.Inner.v", "Box.Inner.save", "Box.init", "", "top.inner"]),
        ("a.ts", TYPESCRIPT, ["save", "load", "put", "A.f", "A.#g", "x", "", "C.h"]),
        ("a.py", PYTHON, ["A.f", "A.g", "A", "k.m", ""]),
    ],
)
def test_names(path: str, text: str, names: list[str]) -> None:
    module = front_end(language_of(path) or "").lower(Source(path, text.encode()), [b"HERE"])
    found = []
    start = text.find("HERE")
    while start >= 0:
        found.append(enclosing(module, Span(start, start + 4)))
        start = text.find("HERE", start + 1)
    assert found == names
