from __future__ import annotations

from swift_program import function, module, types


def test_members_of_a_type() -> None:
    code = """
    @MainActor public final class A: B<Int>, C {
      @Wrapped(x: 1) private static lazy var z: Int? = { 3 }()
      let (a, b) = (1, 2), c: Int = 3
      var p: Int { a }
      private(set) var s: Int = 1 { didSet { f() } }
      subscript(i: Int, at j: Int) -> Int { get { 1 } set(v) { x = v } }
      nonisolated(unsafe) init?(_ x: Int = 1, with y: inout Int, z: @escaping () -> Void) throws {}
      class func g<T>(a b: T?, c: Int...) async throws -> [Int]? { nil }
      deinit { x() }
      static func == (l: A, r: A) -> Bool { true }
    }
    """
    assert types(code) == [
        "public MainActor class A: B, C",
        "  @Wrapped(x: 1) private static lazy var z: Int = () => {return 3}()",
        "  let a = 1",
        "  let b = 2",
        "  let c: Int = 3",
        "  let p: Int [getter p() -> Int {return a}]",
        "  var s: Int = 1",
        "  method private didSet(_ oldValue) {f()}",
        "  getter subscript(_ i: Int, at j: Int) -> Int {return 1}",
        "  setter subscript(_ i: Int, at j: Int, _ v: Int) {x = v}",
        "  initializer throws nonisolated init(_ x: Int = 1, inout with y: Int, z: () -> Void) {}",
        "  method static async throws g(a b: T?, c*: Int) -> [Int] {return nil}",
        "  deinitializer deinit() {x()}",
        "  method static ==(_ l: A, _ r: A) -> Bool {return True}",
    ]


def test_nested_types_are_qualified() -> None:
    code = "enum Keys { static let a = 1\n struct Inner { enum Deep: String { case x = \"1\", y; indirect case z(Int) } } }"
    assert types(code) == [
        "enum Keys",
        "  static let a = 1",
        "  struct Keys.Inner",
        "    enum Keys.Inner.Deep: String",
        "      static case let x = '1'",
        "      static case let y",
        "      static case let z",
    ]


def test_another_name_for_a_type() -> None:
    code = """
    typealias A = Box<Int>
    private typealias B = Outer.Inner?
    typealias F = (Int) -> Void
    typealias D = [String: Any]
    enum Names { public typealias C = any A
      struct Deep { typealias E = C } }
    """
    assert types(code) == [
        "alias A: Box",
        "private alias B: Outer.Inner",
        "enum Names",
        "  public alias Names.C: A",
        "  struct Names.Deep",
        "    alias Names.Deep.E: C",
    ]
    assert types("typealias A = Store\nfunc f() {}", "SecItem") == ["alias A: Store"]


def test_extensions_and_protocols() -> None:
    code = """
    @MainActor extension A.B: C where T: D { func f() {} }
    private extension [String] { func g() {} }
    protocol P: AnyObject { var x: Int { get set }; var y: Int { get }; func f(a: Int) throws; init() }
    actor S { nonisolated func h() {} ; @Shared func i() {} }
    @globalActor actor Shared {}
    """
    assert types(code) == [
        "MainActor extension A.B: C",
        "  method f() {}",
        "private extension Array",
        "  method private g() {}",
        "protocol P: AnyObject",
        "  var x: Int",
        "  let y: Int",
        "  method throws f(a: Int)",
        "  initializer init()",
        "actor S",
        "  method nonisolated h() {}",
        "  @Shared method Shared i() {}",
        "actor Shared",
    ]


def test_methods_see_the_members_of_self() -> None:
    found = module("struct S { func f() { func g() {} } }\nfunc h() {}")
    (method,) = found.types[0].functions
    assert method.implicit_self
    assert method.body is not None
    assert not found.functions[0].implicit_self


def test_imports() -> None:
    code = "import Security\nimport struct Foo.Bar\n@testable import App\n"
    found = module(code + "#if canImport(LocalAuthentication)\nimport LocalAuthentication\n#endif")
    assert [(each.module, each.name, each.local, each.wildcard) for each in found.imports] == [
        ("Security", "*", None, True),
        ("Foo", "Bar", "Bar", False),
        ("App", "*", None, True),
        ("LocalAuthentication", "*", None, True),
    ]


def test_what_cannot_matter_is_not_lowered() -> None:
    code = """
    let unused = 1
    let service = "s"
    save()
    func other() { print() }
    func save() { helper() }
    class A {
      let key = 1
      var size = 2
      func helper() { SecItemAdd(key) }
      func idle() { size = 3 }
      init() { }
    }
    func make() { A().helper() }
    """
    found = module(code, "SecItemAdd")
    assert [function(each) for each in found.functions] == [
        "function other() skipped",
        "function save() {helper()}",
        "function make() {A().helper()}",
    ]
    assert types(code, "SecItemAdd") == [
        "class A",
        "  let key = 1",
        "  var size",
        "  method helper() {SecItemAdd(key)}",
        "  method idle() skipped",
        "  initializer init() {}",
    ]
    assert len(found.body.statements) == 1


def test_every_function_has_its_attributes_and_name_span() -> None:
    code = 'struct T { @Test("x") @available(iOS 13, *) func `default`() {} }'
    (only,) = module(code).types[0].functions
    assert function(only) == "@Test('x') @available method default() {}"
    assert code[slice(*only.name_span)] == "`default`"
