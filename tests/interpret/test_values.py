"""Identities of unknown values."""

from __future__ import annotations

from keylint.interpret.values import KEY_SIZE, Unknown, key_of


def _parts(key: object, limit: int) -> int:
    """Parts of `key` at every depth, counted up to `limit`."""
    pending, size = [key], 0
    while pending and size < limit:
        item = pending.pop()
        if isinstance(item, (tuple, frozenset)):
            size += len(item)
            pending.extend(item)
    return size


def _doubled(first: str, times: int) -> Unknown:
    value = Unknown(("parameter", first))
    for _ in range(times):
        value = Unknown(("call", "join", (key_of(value), key_of(value)), 0))
    return value


def test_a_value_made_of_itself_again_and_again_keeps_a_small_key() -> None:
    limit = 20 * KEY_SIZE
    assert _parts(key_of(_doubled("seed", 60)), limit) < limit


def test_shortened_keys_still_tell_values_apart() -> None:
    assert key_of(_doubled("one", 30)) == key_of(_doubled("one", 30))
    assert key_of(_doubled("one", 30)) != key_of(_doubled("other", 30))
    assert key_of(_doubled("one", 30)) != key_of(_doubled("one", 31))


def test_shortened_keys_still_tell_the_store_failure_they_derive_from() -> None:
    value = Unknown(("store-failure", 7))
    for _ in range(30):
        value = Unknown(("call", "describe", (key_of(value), key_of(value)), 0))
    pending: list[object] = [key_of(value)]
    found = set()
    while pending:
        item = pending.pop()
        if isinstance(item, (tuple, frozenset)):
            found.add(item)
            pending.extend(item)
    assert ("store-failure", 7) in found
