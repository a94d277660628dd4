"""Whether a failed read decides that a call runs, who decides, and what becomes of a failure."""

from __future__ import annotations

from observing import python, swift, typescript

from keylint.interpret.deciding import Successes, choices_since
from keylint.interpret.events import ESCAPES, Place
from keylint.interpret.scope import Decision
from keylint.program.nodes import Span

READ = 7


def place(row: int) -> Place:
    return Place("f", Span(row, row + 1))


CALL = place(90)


def branches(*rows: int) -> frozenset[tuple[Place, bool]]:
    """The branches at these rows; a negative row is the branch not taken."""
    return frozenset((place(abs(row)), row > 0) for row in rows)


def runs_anyway(*ways: frozenset[tuple[Place, bool]], failing: frozenset[tuple[Place, bool]] = frozenset()) -> bool:
    successes = Successes()
    for way in ways:
        successes.note(READ, CALL, way)
    return successes.runs_anyway(READ, CALL, failing)


class TestRunsAnyway:
    def test_success_never_leads_there(self) -> None:
        assert not runs_anyway()

    def test_success_leads_there_without_a_choice(self) -> None:
        assert runs_anyway(branches())

    def test_success_leads_there_by_choices_of_its_own(self) -> None:
        assert not runs_anyway(branches(1))
        assert not runs_anyway(branches(1), branches(2))
        assert not runs_anyway(branches(1, 2), branches(1, -2))

    def test_both_ways_of_a_choice_lead_there(self) -> None:
        assert runs_anyway(branches(1), branches(-1))
        assert runs_anyway(branches(1, 2), branches(1, -2), branches(-1))

    def test_the_failing_path_made_the_same_choice(self) -> None:
        assert runs_anyway(branches(1), failing=branches(1, 2))
        assert not runs_anyway(branches(1), failing=branches(-1))

    def test_of_another_read_or_call(self) -> None:
        successes = Successes()
        successes.note(READ + 1, CALL, branches())
        successes.note(READ, place(91), branches())
        assert not successes.runs_anyway(READ, CALL, branches())

    def test_what_the_read_itself_chose_and_what_was_chosen_before_it_is_no_choice(self) -> None:
        before = [Decision(place(1), "a", True)]
        trail = [*before, Decision(place(2), "b", True, frozenset((READ,))), Decision(place(3), "c", False, frozenset((READ + 1,)))]
        assert choices_since(READ, before, trail) == branches(-3)


class TestForcedBranches:
    def test_a_read_that_comes_to_nothing_leaves_no_choice(self) -> None:
        found = python("""
            def ensure(fresh):
                key = keyring.get_password("a", "key")
                if not key:
                    keyring.set_password("a", "key", fresh)
        """)
        assert [item.read.verb for item in found.one("write").checks] == ["read"]

    def test_no_check_decides_what_runs_either_way(self) -> None:
        found = python("""
            def store(fresh):
                if keyring.get_password("a", "key") is None:
                    print("new")
                keyring.set_password("a", "key", fresh)
        """)
        assert not found.one("write").checks


class TestChecks:
    def test_verdicts(self) -> None:
        found = typescript("""
            export function sync(v: string) { if (!SecureStore.getItem('sync')) SecureStore.setItem('sync', v); }
            export async function waits(v: string) {
              if (!(await SecureStore.getItemAsync('waits'))) await SecureStore.setItemAsync('waits', v);
            }
        """)
        assert [item.verdict for item in found.at("write", "sync").checks] == []
        assert [item.verdict for item in found.at("write", "waits").checks] == ["unserialized"]

    def test_an_event_loop_lets_others_in_at_an_await(self) -> None:
        found = python("""
            async def at_once(v):
                if keyring.get_password("a", "at-once") is None:
                    keyring.set_password("a", "at-once", v)

            async def waits(make):
                if keyring.get_password("a", "waits") is None:
                    keyring.set_password("a", "waits", await make())
        """)
        assert [item.verdict for item in found.at("write", "at-once").checks] == ["serialized"]
        assert [(item.verdict, item.suspension is not None) for item in found.at("write", "waits").checks] == [("suspended", True)]


class TestTells:
    ADD = 'let status = SecItemAdd([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "a"] as CFDictionary, nil)'

    def test_what_the_status_is_compared_with(self) -> None:
        found = swift(f"func f() -> Bool {{ {self.ADD}\nreturn status == errSecSuccess || status == errSecDuplicateItem }}")
        assert found.one("add").tells == ("duplicate", "success")

    def test_a_status_that_goes_to_callers_out_of_sight(self) -> None:
        assert ESCAPES in swift(f"func f() -> OSStatus {{ {self.ADD}\nreturn status }}").one("add").tells
        assert not swift(f"func f() {{ {self.ADD}\nprint(status) }}").one("add").tells


class TestConflation:
    def test_where_the_difference_is_lost(self) -> None:
        found = typescript("""
            export async function load() { try { return await SecureStore.getItemAsync('a'); } catch { return null; } }
        """)
        (lost,) = found.one("read").conflated
        assert found.spelled(lost.place.span).startswith("catch")

    def test_nothing_is_lost_where_callers_hear_of_it(self) -> None:
        for body in (
            "return await SecureStore.getItemAsync('a');",
            "try { return await SecureStore.getItemAsync('a'); } catch (e) { report(e); return null; }",
            "try { return await SecureStore.getItemAsync('a'); } catch { return 'failed'; }",
            "try { await SecureStore.getItemAsync('a'); return null; } catch { return null; }",
        ):
            assert not typescript(f"export async function load() {{ {body} }}").one("read").conflated, body


class TestFunctions:
    def test_named_functions_and_values_of_names_lead_to_a_call(self) -> None:
        found = typescript("""
            const remove = (key: string) => SecureStore.deleteItemAsync(key);
            export class Store {
              clear = async () => { await remove('a'); };
            }
            export const table = { wipe: async () => { await remove('b'); } };
        """)
        assert [(function.name, function.in_type, function.depth) for function in found.at("delete", "`a`").functions] == [
            ("clear", "Store", 0),
            ("remove", "", 1),
        ]
        assert [function.name for function in found.at("delete", "`b`").functions] == ["wipe", "remove"]

    def test_what_may_be_deleted_out_of_sight(self) -> None:
        found = typescript("""
            import AsyncStorage from '@react-native-async-storage/async-storage';
            import { clearOthers } from './others';
            export async function one() {
              await SecureStore.deleteItemAsync('a');
              await AsyncStorage.removeItem('x');
              localStorage.clear();
            }
            export async function two() { await SecureStore.deleteItemAsync('b'); await clearOthers(); }
            export async function three(box: Box) { await SecureStore.deleteItemAsync('c'); box.reset(); }
        """)
        hides = {event.item[-2]: event.functions[0].deletes_unseen for event in found.events("delete")}
        assert hides == {"a": False, "b": True, "c": True}


class TestCompiledFor:
    CODE = """
        #if os(macOS)
        func onMac() { SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "mac"] as CFDictionary) }
        #else
        func elsewhere() { SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "else"] as CFDictionary) }
        #endif
        func everywhere() { SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "every"] as CFDictionary) }
    """

    def test_a_declaration_knows_its_conditions(self) -> None:
        found = swift(self.CODE)
        assert {event.item: event.macos_only for event in found.events("delete")} == {
            "account `mac`": True,
            "account `else`": False,
            "account `every`": False,
        }
