"""What the table and the page call things, so that they say the same."""

from __future__ import annotations

from typing import Any

_WHEN = {
    "when-unlocked": "when unlocked",
    "after-first-unlock": "after first unlock",
    "when-passcode-set": "when a passcode is set",
    "always": "always",
}


def name(item: dict[str, Any]) -> str:
    """What an item is called: its identity, or where it is touched if that cannot be told."""
    if item["known"]:
        return str(item["description"]) or "the only item"
    if item["description"]:
        return f"unknown key: {item['description']}"
    return f"unknown key at {place(uses(item)[0])}"


def uses(item: dict[str, Any]) -> list[dict[str, Any]]:
    """All that is done with an item."""
    return [*item["writes"], *item["reads"], *item["deletes"]]


def owner(item: dict[str, Any]) -> str:
    """Whose it is, or the folder that it is in."""
    return "(top folder)" if item["owner"] == "." else str(item["owner"])


def place(use: dict[str, Any]) -> str:
    """`path:row`."""
    return f"{use['filename']}:{use['row']}"


def store(item: dict[str, Any]) -> str:
    """The store, with the kind of item."""
    return f"{item['store_title']}: {item['kind']}" if item["kind"] else str(item["store_title"])


def classes(item: dict[str, Any]) -> list[str]:
    """Every class that it may get, in words."""
    return [class_in_words(seen) for seen in item["classes"]] or ["no write was seen"]


def class_in_words(seen: dict[str, Any]) -> str:
    """A class with what it means: `constant: meaning`, or why there is none."""
    if seen["origin"] == "none":
        return "the store names none"
    if seen["origin"] == "unknown":
        return "not visible"
    if seen["when"] is None:
        return str(seen["problem"])
    meaning = f"{_WHEN[seen['when']]}{', this device only' if seen['device_only'] else ''}"
    return f"{seen['constant']}: {meaning}{' (default)' if seen['origin'] == 'default' else ''}"


def roots(use: dict[str, Any]) -> list[str]:
    """The entry points that lead to a call: "background: silent push"."""
    return list(dict.fromkeys(f"{root['kind']}: {root['title']}" for root in use["contexts"]))


def tally(document: dict[str, Any]) -> str:
    """One sentence that sums it up."""
    items = document["items"]
    if not items:
        return "Nothing is stored"
    unknown = sum(not item["known"] for item in items)
    leaving = sum(item["leaves_device"] == "yes" for item in items)
    entries = f"{len(items)} {'entry' if len(items) == 1 else 'entries'}{f' ({unknown} with an unknown key)' if unknown else ''}"
    return f"{entries}, of which {leaving or 'none'} {'leaves' if leaving < 2 else 'leave'} the device"
