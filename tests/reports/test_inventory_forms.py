"""The inventory as a document, a table and a page, of items made by hand."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from keylint.findings import Finding
from keylint.interpret.events import BACKGROUND, IdentityPart, Place, Reference, Root
from keylint.inventory import DEFAULT, EXPLICIT, MIGRATABLE, NO, NONE, UNSEEN, YES, ClassSeen, InventoryItem, Use
from keylint.owners import Owners
from keylint.program.nodes import Span
from keylint.reports.inventory.document import Document, document
from keylint.reports.inventory.page import COLUMNS, data, page
from keylint.reports.inventory.table import summary, table
from keylint.reports.terminal import width
from keylint.source import Source
from keylint.stores import catalogue

SOURCE = Source("Sources/App/a.swift", b"import Security\nfunc save() {\n  SecItemAdd()\n}\n")
HOSTILE = "</script><!--<script>alert(1)//\"'&\u202egnp\u2028\x1b[31m\ud800`é\U0001f511"
"""Ends a script, opens a comment, reorders and hides text, steers a terminal, is no text, and is no ASCII."""


def use(text: str, verb: str, path: str = SOURCE.path, within: str = "save", **more: Any) -> Use:
    start = SOURCE.data.index(text.encode())
    return Use(verb, Place(path, Span(start, start + len(text))), text, within, **more)


def item(key: str = "token", **changes: Any) -> InventoryItem:
    facts: dict[str, Any] = {
        "store": "apple_security",
        "title": "the Apple keychain",
        "item_class": "kSecClassGenericPassword",
        "noun": "generic password",
        "known": True,
        "parts": (IdentityPart("account", "account", key, True), IdentityPart("synchronizable", "", "false", True)),
        "description": f"account `{key}`",
        "classes": (ClassSeen("kSecAttrAccessibleWhenUnlocked", "when-unlocked", False, DEFAULT),),
        "leaves_device": YES,
        "why": (MIGRATABLE,),
        "writes": (use("SecItemAdd", "add"),),
        "serialized": NO,
    }
    return InventoryItem(**{**facts, **changes})


def shown(*items: InventoryItem, **more: Any) -> Document:
    return document(items, more.get("references", ()), more.get("incomplete", ()), {SOURCE.path: SOURCE}, Owners(["."]))


FAILURE = Finding("KL900", "not-analyzed", "error", "high", "Bad.swift", Span(0, 0), "Not analyzed: no text")
ROOT = Root(Place(SOURCE.path, Span(16, 20)), BACKGROUND, "silent push", "AppDelegate.application")


def keys(value: object) -> set[str]:
    """Every key at any depth."""
    if isinstance(value, dict):
        return {*value, *(key for inner in value.values() for key in keys(inner))}
    return {key for inner in value for key in keys(inner)} if isinstance(value, list) else set()


class TestDocument:
    def test_all_of_it(self) -> None:
        found = shown(item(reads=(use("SecItemAdd", "read", roots=(ROOT,), serialized=YES),), contexts=(BACKGROUND,)))
        at = {"filename": "Sources/App/a.swift", "row": 3, "column": 3, "call": "SecItemAdd", "function": "save"}
        assert found == {
            "version": 1,
            "complete": True,
            "items": [
                {
                    "store": "apple_security",
                    "store_title": "the Apple keychain",
                    "item_class": "kSecClassGenericPassword",
                    "kind": "generic password",
                    "app": None,
                    "known": True,
                    "description": "account `token`",
                    "identity": [
                        {"part": "account", "value": "token", "known": True},
                        {"part": "synchronizable", "value": "false", "known": True},
                    ],
                    "classes": [
                        {
                            "constant": "kSecAttrAccessibleWhenUnlocked",
                            "when": "when-unlocked",
                            "device_only": False,
                            "origin": "default",
                            "problem": None,
                        }
                    ],
                    "leaves_device": "yes",
                    "leaves_device_because": ["migratable"],
                    "owner": "Sources",
                    "owners": ["Sources"],
                    "writes": [{**at, "verb": "add", "contexts": [], "serialized": "no"}],
                    "reads": [
                        {
                            **at,
                            "verb": "read",
                            "contexts": [
                                {
                                    "kind": "background",
                                    "title": "silent push",
                                    "entry": "AppDelegate.application",
                                    "filename": "Sources/App/a.swift",
                                    "row": 2,
                                    "column": 1,
                                }
                            ],
                            "serialized": "yes",
                        }
                    ],
                    "deletes": [],
                    "contexts": ["background"],
                    "serialized": "no",
                }
            ],
            "handed_over": [],
            "not_analyzed": [],
        }

    def test_what_is_not_seen(self) -> None:
        store = next(store for store in catalogue.load(["typescript"]).stores if store.name == "expo_secure_store")
        place = Place(SOURCE.path, Span(0, 6))
        references = [Reference(kind, store, place, "SecureStore", "persist") for kind in ("module", "plaintext-backend")]
        found = shown(references=references, incomplete=[FAILURE])
        assert found["complete"] is False
        assert found["not_analyzed"] == [{"filename": "Bad.swift", "row": 1, "column": 1, "message": "Not analyzed: no text"}]
        assert [(note["row"], note["store"], note["receiver"]) for note in found["handed_over"]] == [(1, "expo_secure_store", "persist")]

    def test_every_key_is_documented(self) -> None:
        store = next(store for store in catalogue.load(["typescript"]).stores if store.class_keys)
        references = [Reference("module", store, Place(SOURCE.path, Span(0, 6)), "SecureStore", "persist")]
        uses = (use("SecItemAdd", "read", roots=(ROOT,)),)
        found = shown(item(reads=uses), references=references, incomplete=[FAILURE])
        guide = (Path(__file__).parent.parent.parent / "docs" / "inventory.md").read_text(encoding="utf-8")
        assert {key for key in keys(found) if f"`{key}`" not in guide} == set()

    def test_is_text_whatever_it_holds(self) -> None:
        json.dumps(shown(item(HOSTILE)), ensure_ascii=False).encode()


class TestTable:
    def test_rows(self) -> None:
        lines = table(shown(item(reads=(use("SecItemAdd", "read", roots=(ROOT,)),))), 100).splitlines()
        assert lines == [
            "Sources",
            "ITEM                                        STORE                          LEAVES DEVICE  SERIALIZED",
            "account `token`                             the Apple keychain: generic    yes            no",
            "                                            password",
            "  class   kSecAttrAccessibleWhenUnlocked: when unlocked (default)",
            "  leaves  migratable",
            "  add     Sources/App/a.swift:3  save",
            "  read    Sources/App/a.swift:3  save  [background: silent push]",
            "",
        ]

    def test_is_as_wide_as_it_may_be(self) -> None:
        found = shown(item("clé-" * 60), item("鍵" * 60), item("two words " * 12))
        for columns in (40, 80, 133):
            rows = [line for line in table(found, columns).splitlines() if not line.startswith("  ")]
            assert max(map(width, rows)) <= max(columns, 80)
        assert "鍵" * 14 in table(found, 80)

    def test_what_is_missing_is_said(self) -> None:
        assert "Not analyzed, so items may be missing here:\n  Bad.swift:1: Not analyzed: no text\n" in table(
            shown(incomplete=[FAILURE]), 80
        )

    def test_nothing_steers_the_terminal(self) -> None:
        text = table(shown(item(HOSTILE, writes=(use("SecItemAdd", "add", "::error::\x1b[2J.swift", "\x1b[1m"),))), 80)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800]", text)
        assert not any(line.startswith("::") for line in text.splitlines())

    @pytest.mark.parametrize(
        ("items", "sentence"),
        [
            ([], "Nothing is stored.\n"),
            ([item()], "1 entry, of which 1 leaves the device.\n"),
            ([item(), item(known=False)], "2 entries (1 with an unknown key), of which 2 leave the device.\n"),
            ([item(leaves_device=NO, why=())], "1 entry, of which none leaves the device.\n"),
        ],
    )
    def test_summary(self, items: list[InventoryItem], sentence: str) -> None:
        assert summary(shown(*items)) == sentence


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ((), "no write was seen"),
        ((ClassSeen("", None, None, NONE),), "the store names none"),
        ((ClassSeen("", None, None, UNSEEN),), "not visible"),
        ((ClassSeen("", None, None, EXPLICIT, "a list is not an accessibility class"),), "a list is not an accessibility class"),
        ((ClassSeen("A", "after-first-unlock", True, EXPLICIT),), "A: after first unlock, this device only"),
    ],
)
def test_classes_in_words(seen: tuple[ClassSeen, ...], text: str) -> None:
    found = shown(item(classes=seen))
    assert f"  class   {text}\n" in table(found, 80)
    assert text.partition(": ")[2] or text in text_of(page(found, "1"))


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.within = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.scripts.append("")
            self.within = True

    def handle_endtag(self, tag: str) -> None:
        self.within = False

    def handle_data(self, data: str) -> None:
        if self.within:
            self.scripts[-1] += data
        else:
            self.text += data


def text_of(text: str) -> str:
    return Page(text).text


class TestPage:
    def test_rows_are_there_without_its_script(self) -> None:
        text = text_of(page(shown(item(), item("other", known=False)), "1.2"))
        for piece in (
            *COLUMNS,
            "token",
            "unknown key",
            "kSecAttrAccessibleWhenUnlocked",
            "migratable",
            "Sources/App/a.swift:3",
            "keylint 1.2",
        ):
            assert piece in text

    def test_needs_nothing_and_allows_nothing(self) -> None:
        found = Page(page(shown(item(HOSTILE)), "1"))
        policy = next(
            str(attributes["content"]) for tag, attributes in found.tags if attributes.get("http-equiv") == "Content-Security-Policy"
        )
        style, inventory, script = found.scripts
        hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (style, script)]
        assert policy == f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'"
        assert json.loads(inventory) == json.loads(json.dumps(shown(item(HOSTILE))))
        for _, attributes in found.tags:
            assert not {name for name in attributes if name in ("src", "href", "style", "srcset") or name.startswith("on")}
        assert "url(" not in style
        assert "@import" not in style
        assert not re.search("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval|fetch|XMLHttp", script)

    def test_nothing_from_the_code_is_markup(self) -> None:
        plain, hostile = (
            page(shown(item(key, writes=(use("SecItemAdd", "add", f"{key}.swift", key),), title=key), incomplete=[failure]), "1")
            for key, failure in (("token", FAILURE), (HOSTILE, Finding("KL900", "n", "error", "high", HOSTILE, Span(0, 0), HOSTILE)))
        )
        structure = [
            [(tag, sorted(attributes)) for tag, attributes in Page(text).tags if tag not in ("wbr", "code", "bdi")]
            for text in (plain, hostile)
        ]
        assert structure[0] == structure[1]
        assert hostile.isascii()
        assert not re.search("[\x00-\x09\x0b-\x1f]", hostile)
        assert "\u202e" not in html.unescape(hostile)
        assert "\\u{202e}gnp\\u{2028}\\u{1b}[31m" in text_of(hostile)

    def test_data_cannot_end_its_element(self) -> None:
        text = data(shown(item(HOSTILE)))
        assert text.isascii()
        assert not set("<>&") & set(text)

    def test_of_nothing(self) -> None:
        assert "No stored items were found." in text_of(page(shown(), "1"))

    def test_says_what_is_missing(self) -> None:
        assert "Bad.swift:1 Not analyzed: no text" in text_of(page(shown(incomplete=[FAILURE]), "1"))
        assert "may be missing" not in text_of(page(shown(), "1"))

    def test_folds_long_lists(self) -> None:
        text = page(shown(item(writes=tuple(use("SecItemAdd", "add", within=f"save{number}") for number in range(9)))), "1")
        assert "<summary>5 more</summary>" in text
        assert "save8" in text_of(text)
