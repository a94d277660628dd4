"""Syntax that the parser does not manage, and text that is no program at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typescript_text import body, function, lowered, statements, type_declaration, value

from keylint.languages import NotParsed
from keylint.languages.typescript import comments
from keylint.source import Source


def gaps(code: str, path: str = "a.ts") -> list[str]:
    return [code.encode()[slice(*gap.span)].decode() for gap in lowered(code, path).gaps]


def test_a_broken_statement_costs_only_itself() -> None:
    code = "function f() { a(); const x = @@ b(); c(); }\nfunction g() { d(); }"
    module = lowered(code)
    texts = [function(declared) for declared in module.functions]
    assert "a();" in texts[0]
    assert "c();" in texts[0]
    assert "b()" in texts[0]
    assert texts[1] == "g() {d();}"
    assert gaps(code) == ["@@"]


def test_what_an_error_left_of_arguments_may_be_any_number() -> None:
    text = value("f(a, b ^^^ , { c: 1 })")
    assert text.startswith("f(")
    assert "*?ERROR" in text
    assert "{c: 1}" in text


def test_an_error_in_an_object_leaves_its_other_keys_unknown() -> None:
    text = value("{ a: 1, b $$ , c: 2 }")
    assert "a: 1" in text
    assert "c: 2" in text
    assert "...?ERROR" in text


def test_pieces_of_an_unclosed_function_do_not_follow_one_another() -> None:
    # The statements of two functions whose heads are lost must not read as one sequence.
    module = lowered("functoin f( { remove(k); }\nfunctoin g( { write(k, v); }\nfunction h() { ok(); }")
    text = statements(module.body) + " ".join(map(function, module.functions))
    assert "remove(k); write(k, v);" not in text
    assert "ok();" in text


def test_declarations_after_an_unclosed_brace_are_still_found() -> None:
    code = "import { s } from 'm';\nexport async function f() { if (a) { s(); \n}\nclass C { m() { s(); } }\n"
    module = lowered(code)
    text = " ".join([statements(module.body), *map(function, module.functions), *map(type_declaration, module.types)])
    assert [bound.local for bound in module.imports] == ["s"]
    assert text.count("s();") == 2


def test_members_around_a_broken_member_survive() -> None:
    code = "class C { a() { x(); } b( { y(); } c() { z(); } }"
    text = " ".join([statements(lowered(code).body), *map(type_declaration, lowered(code).types)])
    assert [text.count(call) for call in ("x();", "z();")] == [1, 1]
    assert any("y" in gap for gap in gaps(code))


def test_code_that_the_parser_left_between_members_is_kept() -> None:
    code = "class C { a() { x(); } if (b) { y(); } c() { z(); } }"
    text = " ".join([statements(lowered(code).body), *map(type_declaration, lowered(code).types)])
    assert [text.count(call) for call in ("x();", "y();", "z();")] == [1, 1, 1]


def test_a_long_word_or_blank_takes_no_more_than_its_length() -> None:
    long = 200_000
    for filler in ("a" * long, " " * long, "... " * (long // 4), "[+" * (long // 20)):
        lowered(f"// @flow\nif (a) {{ f('{filler}'); }} g(\n", "a.js", (b"f",))


def test_an_error_ends_with_the_statement_that_holds_it() -> None:
    broken = ["export type T = abstract new () => ((;", "enum E { A = , 'x' `y` }", "function g( { a: [ }", "const h = async ( => {"]
    code = "".join(f"{line}\nexport const k{index} = f({index});\n" for index, line in enumerate(broken))
    text = body(code, "a.ts")
    assert [f"const k{index} = f({index});" in text for index in range(len(broken))] == [True] * len(broken)


def test_text_in_a_template_is_not_taken_for_statements() -> None:
    code = "const q = `\nconst a = b();\nfunction c() {\n`;\nlet d = @@;\nconst e = f();\n"
    text = body(code, "a.ts")
    assert "const q = '\\nconst a = b();\\nfunction c() {\\n';" in text
    assert "const e = f();" in text


def test_statements_before_an_error_stay_in_order() -> None:
    assert body("remove(k); write(k); if (a) { b(", "a.ts").startswith("remove(k); write(k); ")


@pytest.mark.parametrize(
    ("code", "path", "expected"),
    [
        ("const a = <A t='&' u=\"x?a=1&b=2\">b</A>;", "a.tsx", "const a = #A(t='&', u='x?a=1&b=2');"),
        ("let a: import('x').Y<T> | string = b;", "a.ts", "let a: Y | string = b;"),
        ("let a: typeof import('x') = b;", "a.ts", "let a: typeof import('x') = b;"),
        ("export type * from 'm';\nf();", "a.ts", "f();"),
    ],
)
def test_known_weak_spots_of_the_grammars(code: str, path: str, expected: str) -> None:
    assert body(code, path) == expected


def test_a_file_in_the_other_dialect_is_read_in_it() -> None:
    assert body("const a = <div id='x'/>;", "a.ts") == "const a = #div(id='x');"
    assert body("const a = <any>b;", "a.js") == "const a = b;"
    assert lowered("const a = <div/>;", "a.ts").gaps == ()


def test_flow_types_cost_nothing() -> None:
    code = """// @flow
import typeof TStore from './store';
import { type Options, save } from './save';
opaque type Id: string = string;
export type Props = {| +id: Id, -name?: ?string |};
export type More = { +id: Id, ... };
class Cache<T: Object> { +items: Map<Id, T>; #load: ?() => void; get(id: Id): ?T { return this.items.get(id); } }
async function store(key: string, value: ?string, done: Error => void): Promise<void> {
  await save((key: any), ((value: any): string));
}
"""
    module = lowered(code, "a.js")
    assert module.gaps == ()
    assert [bound.local for bound in module.imports] == ["save"]
    assert [function(declared) for declared in module.functions] == [
        "async store(key: string, value?: string, done: void): Promise {(await save(key, value));}"
    ]


def test_a_flow_cast_in_a_file_that_is_otherwise_lost_keeps_the_value() -> None:
    assert value("f((a: any))", "a.js") == "f(a)"


def test_type_errors_of_the_grammar_lose_only_types() -> None:
    code = "function f(a: import('x').Y<T> | string = b, c = d) { g(); }"
    assert function(lowered(code, "a.ts").functions[0]).endswith("c = d) {g();}")


def test_nothing_parsed_is_said() -> None:
    with pytest.raises(NotParsed):
        lowered("%%% ]]] @@@ ###")


@pytest.mark.parametrize("code", ["", "\n", "// only a comment\n", "#!/usr/bin/env node\n", "export type A = string;", ";"])
def test_a_file_without_code_is_no_failure(code: str) -> None:
    assert body(code) == ""


def test_line_ends_and_shebang() -> None:
    assert body("#!/usr/bin/env node\r\nf();\r\n`a\r\nb`;\r\n") == "f(); 'a\\nb';"


def test_comments_are_told_from_what_looks_like_them() -> None:
    code = "const u = 'http://x'; // one\n/* two */ f(); /* three\n */\n  // four\nconst r = /\\/\\/[/*]/; "
    code += "const t = `// ${ /* five */ a} /*`;\n"
    found = comments(Source.decode("a.tsx", code.encode(), "typescript"))
    assert [(comment.text, comment.alone) for comment in found] == [
        ("// one", False),
        ("/* two */", False),
        ("/* three\n */", False),
        ("// four", True),
        ("/* five */", False),
    ]
    assert all(code.encode()[slice(*comment.span)].decode() == comment.text for comment in found)


def test_comments_in_jsx() -> None:
    code = "const a = <A>// text {/* one */}</A>;\n{/* two\n*/}\n"
    found = comments(Source.decode("a.tsx", code.encode(), "typescript"))
    assert [comment.text for comment in found] == ["/* one */", "/* two\n*/"]


WORDS = """function class const let if else for try catch finally return await async export import from default static get set new switch
case enum namespace type interface as satisfies a b k 1 'x' `y`"""
SIGNS = "{ } ( ) [ ] < > => ? . ?. : ; , = ... ` ${ ' \" / // /* */ @ # ! && ?? |"
PIECES = st.sampled_from([*WORDS.split(), *SIGNS.split(), "\n"])


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join), st.sampled_from(["a.ts", "a.tsx", "a.js"]))
def test_any_tokens_do_no_harm(code: str, path: str) -> None:
    source = Source.decode(path, code.encode(), "typescript")
    comments(source)
    try:
        module = lowered(code, path)
    except NotParsed:
        return
    assert all(0 <= gap.span.start < gap.span.end <= len(source.data) for gap in module.gaps)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_any_text_does_no_harm(code: str) -> None:
    try:
        lowered(code)
    except NotParsed:
        return
    except UnicodeEncodeError:
        return
