"""Promises and coroutines: whether somebody waits for them, and where their failures go."""

from __future__ import annotations

import pytest
from observing import python, typescript


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("SecureStore.deleteItemAsync('k');", "floating"),
        ("await SecureStore.deleteItemAsync('k');", "handled"),
        ("return SecureStore.deleteItemAsync('k');", "handled"),
        ("void SecureStore.deleteItemAsync('k');", "handled"),
        ("const p = SecureStore.deleteItemAsync('k'); await p;", "handled"),
        ("SecureStore.deleteItemAsync('k').catch(report);", "handled"),
        ("SecureStore.deleteItemAsync('k').then(done, failed);", "handled"),
        ("await Promise.all([SecureStore.deleteItemAsync('k')]);", "handled"),
        ("keep(SecureStore.deleteItemAsync('k'));", "handled"),
        ("flag && SecureStore.deleteItemAsync('k');", "floating"),
        ("flag ? SecureStore.deleteItemAsync('k') : null;", "floating"),
        ("const drop = () => SecureStore.deleteItemAsync('k'); await drop();", "handled"),
    ],
)
def test_whether_a_promise_is_left_alone(body: str, expected: str) -> None:
    assert typescript(f"export async function f(flag: boolean) {{ {body} }}").one("delete").promise == expected


def typescript_lost(body: str) -> list[tuple[str, str]]:
    return typescript(
        "const read = () => SecureStore.getItemAsync('k');\nconst drop = () => SecureStore.deleteItemAsync('k');\n"
        f"export async function load(flag: boolean) {{ {body} }}"
    ).lost()


LOST = [("delete", "read")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("try { return await read(); } catch { await drop(); }", LOST),
        ("try { return await read(); } catch (e) { throw e; }", []),
        ("const v = await read(); if (!v) await drop();", []),
        ("const v = await read().catch(() => null); if (!v) await drop();", LOST),
        ("const v = await read().catch(() => null); if (v) await drop();", []),
        ("let v = null; try { v = await read(); } catch { } if (v === null) await drop();", LOST),
        ("let v = null; try { v = await read(); } catch { return; } if (v === null) await drop();", []),
        ("let bad = false; try { await read(); } catch { bad = true; } if (bad) await drop();", LOST),
        ("let bad = false; try { await read(); } catch { bad = true; } if (!bad) await drop();", []),
        ("return read().then((v) => v, () => drop());", LOST),
        ("return read().then((v) => v).catch(() => drop());", LOST),
        ("return read().then((v) => (v ? v : drop()));", []),
        ("return read().finally(() => drop());", []),
        ("try { return await read(); } finally { await drop(); }", []),
        ("try { return await read(); } catch { await SecureStore.deleteItemAsync('other'); }", []),
        ("try { return await read(); } catch { try { return await read(); } catch { await drop(); } }", LOST),
    ],
)
def test_a_rejected_read_that_destroys(body: str, expected: list[tuple[str, str]]) -> None:
    assert typescript_lost(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("try:\n    return get()\nexcept Exception:\n    drop()", LOST),
        ("try:\n    return get()\nexcept:\n    drop()", LOST),
        ("try:\n    return get()\nexcept KeyringError:\n    drop()", LOST),
        ("try:\n    return get()\nexcept ValueError:\n    drop()", []),
        ("try:\n    return get()\nexcept Exception:\n    raise", []),
        ("if get() is None:\n    drop()", []),
        ("v = None\nwith contextlib.suppress(Exception):\n    v = get()\nif v is None:\n    drop()", LOST),
        ("v = None\ntry:\n    v = get()\nexcept Exception:\n    pass\nif not v:\n    drop()", LOST),
        ("v = None\ntry:\n    v = get()\nexcept Exception:\n    pass\nif v:\n    drop()", []),
        ("try:\n    v = get()\nexcept Exception:\n    v = ''\nelse:\n    return v\ndrop()", LOST),
        ("try:\n    return get()\nfinally:\n    drop()", []),
    ],
)
def test_a_read_that_raises_and_destroys(body: str, expected: list[tuple[str, str]]) -> None:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    run = python(
        "import contextlib\nfrom keyring.errors import KeyringError\ndef get(): return keyring.get_password('s', 'u')\n"
        f"def drop(): keyring.delete_password('s', 'u')\ndef load():\n{lines}\n"
    )
    assert run.lost() == expected


def test_a_session_that_ends_on_a_failed_read_is_seen() -> None:
    run = typescript("export async function f(signOut: any) { try { await SecureStore.getItemAsync('k'); } catch { await signOut(); } }")
    assert [(call.spelled, [item.read.verb for item in call.lost]) for call in run.all.destructive_calls] == [("signOut", ["read"])]
    run = typescript("export async function f(signOut: any) { const v = await SecureStore.getItemAsync('k'); if (!v) await signOut(); }")
    assert run.all.destructive_calls == ()


@pytest.mark.parametrize(
    ("body", "verdicts"),
    [
        ("await asyncio.gather(drop(), save())", ["unserialized"]),
        ("await drop()\n    await save()", ["suspended"]),
        ("await asyncio.gather(save(), drop())", ["unserialized"]),
    ],
)
def test_coroutines_started_together(body: str, verdicts: list[str]) -> None:
    run = python(
        "import asyncio\nasync def drop():\n    await asyncio.sleep(0)\n    keyring.delete_password('s', 'u')\n"
        f"async def save():\n    await asyncio.sleep(0)\n    keyring.set_password('s', 'u', 'x')\nasync def both():\n    {body}\n"
    )
    assert [item.verdict for event in run.events() for item in event.pending] == verdicts
