// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import ProgramTestSupport
import TestSupport

/// The words that names are tried with.
struct Words {
    /// Swift's words, also those that are words in some places only.
    static let keywords = Names.keywords.union(
        """
        actor addressWithNativeOwner addressWithOwner any assignment associativity async autoclosure available await
        borrow borrowing consume consuming convenience convention copy coroutine cdecl derivative didSet differentiable
        discard distributed dynamic each escaping extensible final frozen get getter higherThan immutable indirect infix
        inlinable isolated iterator kind lazy left line linear lowerThan macro main mainActor metadata modify module
        mutableAddressWithOwner mutating noasync nobody noescape none nonescapable nonisolated nonmutating nonsending
        objc open optional override owned package postfix precedence prefix preconcurrency read reasync renamed required
        result retroactive right safe scoped self_ sending set setter shared some specialize spi sync target then
        transpose type unavailable unchecked unowned unsafe unsafeAddress unsafeMutableAddress unknown usableFromInline
        using version weak wildcard willSet wrapped yield yielding Actor Class Module Selector __owned __shared _borrow
        __consuming _const _forward _modify _read _resultDependsOnSelf _section abi column file fileID filePath function
        dsohandle fileLiteral imageLiteral colorLiteral error newValue oldValue init deinit subscript GlobalActor
        MainActor Tuple Protocol_ Type_ Void never
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
    ).sorted()

    /// Names that are hardly a name.
    static let underscoresAndDigits = [
        "__", "___", "____", "_0", "_1", "_9", "__7", "_0a", "_0A", "_00", "_1_", "__1__2", "_1_1", "_11", "a_1", "a1",
        "a_", "_a", "_A", "__a__b", "a__b", "aB", "a_b", "A_B", "AB", "Ab", "ab", "a2", "A2", "a_2", "x_", "x1", "x_1",
        "h_0",
        "h0_", "c_0", "_x", "_h", "_self", "_self_", "_Self", "_init", "_Type", "_any", "L0", "_l0", "e1", "E1", "_e5",
    ]

    /// Names in other scripts, and such as change their length in another case.
    static let otherScripts = [
        "é", "e\u{301}", "É", "модель", "Модель", "語", "語_1", "_語", "ß", "ẞ", "ŉ", "ﬁ", "İ", "ı", "ǅ", "ǆ", "Ǆ", "ΐ",
        "ต้น", "ªa", "ºb",
        "µ", "μ", "ⅷ", "Ⅷ", "℘", "℮", "𝒜", "ª", "Åb", "Åb", "ㅤa", "ﾡ", "٣a", "a٣", "a·b", "Aʼ", "क्ष", "ไทย", "かな", "カナ",
        "ꙮ", "ⓐ",
    ]

    /// Every identifier of some Swift source, without its comments and strings.
    static func identifiers(in source: String) -> Set<String> {
        let code = source.replacing(#/"""(?s:.*?)"""/#, with: "").replacing(#/"(\\.|[^"\\\n])*"/#, with: "")
            .replacing(#/\/\/[^\n]*/#, with: "")
        return Set(code.matches(of: #/[A-Za-z_][A-Za-z0-9_]*/#).map { String($0.0) })
    }

    /// Every identifier that occurs in a committed generated file.
    static func generated() throws -> Set<String> {
        var names: Set<String> = []
        for folder in ["Generated", "Tests/GoldenModels", "Tests/ImportedModels"] {
            let folder = repositoryRoot.appendingPathComponent(folder)
            for file in fixtureNames(in: folder, suffix: ".swift") {
                let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
                names.formUnion(identifiers(in: text))
            }
        }
        return names
    }

    /// Every public name of the runtime.
    static func runtime() throws -> Set<String> {
        let folder = repositoryRoot.appendingPathComponent("Sources/LSTMRuntime")
        return try fixtureNames(in: folder, suffix: ".swift").reduce(into: []) { names, file in
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for line in text.split(separator: "\n") where line.contains("public ") {
                names.formUnion(line.matches(of: declaration).map { String($0.1) })
            }
        }
    }

    nonisolated(unsafe) private static let declaration =
        #/\b(?:struct|class|enum|protocol|typealias|actor|associatedtype|func|var|let|case|macro) `?([A-Za-z_][A-Za-z0-9_]*)/#

    /// The names that the toolchain's standard library declares, by its interface.
    struct StandardLibrary {
        /// Types, protocols and functions outside any type, without those that begin with an underscore.
        var global: Set<String> = []
        /// Everything with a name: members, cases and nested types, too.
        var all: Set<String> = []

        init(_ compiler: Compiler) throws {
            for module in ["Swift", "_Concurrency", "_StringProcessing"] {
                for line in try compiler.interface(of: module).split(separator: "\n") {
                    let names = line.matches(of: declaration).map { String($0.1) }
                    all.formUnion(names)
                    if line.first != " " { global.formUnion(names.filter { $0.first != "_" }) }
                }
            }
        }
    }

    /// Modules that a test of a model may see beside the model's.
    static let modules = [
        "Foundation", "Testing", "XCTest", "LSTMKernels", "LSTMRuntime", "Swift", "Glibc", "Darwin", "_Concurrency",
        "_StringProcessing", "ProcessInfo", "Test", "Suite", "Tag", "Issue", "Trait", "Comment", "expect", "require",
        "SourceLocation", "Data", "URL", "Date", "Models", "Tests", "IntegerLiteralType", "StringLiteralType",
        "FloatLiteralType", "BooleanLiteralType", "ArrayLiteralType", "Builtin", "resultsX", "X", "x",
    ]
}
