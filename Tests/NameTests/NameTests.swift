// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import LSTMCodegen
import LSTMIR
import LSTMImport
import TestSupport
import Testing

#if DEBUG
    private let isTried = ProcessInfo.processInfo.environment["LSTMC_SANITIZED"] == nil
#else
    // What a release build generates is the same text.
    private let isTried = false
#endif

/// What `check` accepts, Swift compiles: each word as the name of everything that a person can name.
///
/// `make test` tries Swift's words, every identifier of the generated files and of the runtime, the global names of the
/// standard library, and odd names: each as a model, alone and among others as a layer, and as a label, in the form of its
/// turn, so that each form meets its share of the words. Of all but the odd names a run takes every sixth, from a place that it
/// draws and prints. `make test-names` tries each word in every form, and every name of the standard library, too.
@Suite("Names that a person chooses", .serialized, .enabled(if: isTried))
struct NameTests {
    /// `all`, the place that a run begins at (0 to 5), or nothing: a place is drawn.
    private static let asked = ProcessInfo.processInfo.environment["LSTMC_NAMES"]
    private static let isWhole = asked == "all"

    private static let words = Result { () throws -> [String] in
        let (generated, library) = (try Words.generated(), try Words.StandardLibrary(try Compiler()))
        #expect(generated.count > 200 && library.global.count > 200 && library.all.count > 2000)
        let odd = Set(Words.keywords + Words.underscoresAndDigits + Words.otherScripts + Words.modules)
        let words = generated.union(odd).union(try Words.runtime()).union(isWhole ? library.all : library.global)
        #expect(words.count > 800)
        if isWhole { return words.sorted() }
        let first = asked.flatMap { Int($0) } ?? Int.random(in: 0..<6)
        print("names: every sixth from \(first) on")
        let others = words.subtracting(odd).sorted().enumerated().filter { $0.offset % 6 == first }.map(\.element)
        return (others + odd).sorted()
    }

    /// Of `count` forms those that the word at `index` is tried in: the whole takes all of them.
    private static func forms(_ count: Int, at index: Int) -> [Int] {
        isWhole ? Array(0..<count) : [index % count]
    }

    /// In modules of some hundred files: the compiler's time for one grows faster than their number.
    private func expectNone(
        _ models: [(model: DrawnModel, name: String)], tested: Bool = true, _ what: String
    ) throws {
        let compiler = try Compiler()
        for start in stride(from: 0, to: models.count, by: 240) {
            let some = models[start..<min(start + 240, models.count)]
            let module = "Models\(start)"
            let files = some.map { Compiler.File(name: $0.name, text: $0.model.swift()) }
            expectNone(try compiler.errors(of: files, module: module), what)
            guard tested else { continue }
            expectNone(try compiler.errors(of: files, module: module, emits: true), what)
            // A test costs the compiler as much as several models: `make test` takes those with one result.
            let tests = some.filter { !modelsWithoutTests.contains($0.model.model.name) }
                .filter { Self.isWhole || $0.model.model.results.count == 1 }
                .map { Compiler.File(name: $0.name + "Tests", text: $0.model.test(module: module)) }
            // The last few models may have none.
            guard !tests.isEmpty else { continue }
            expectNone(try compiler.errors(of: tests, module: "Tests"), "the tests, \(what)")
        }
    }

    /// Fails with the names of the files that do not compile, and with what the compiler says of them.
    private func expectNone(_ errors: [String], _ what: String) {
        #expect(errors.isEmpty, "\(what): \(errors.count) errors\n\(errors.prefix(40).joined(separator: "\n"))")
    }

    private func drawn(_ spec: String, _ access: SourceOptions.Access = .public) throws -> DrawnModel {
        var model = try DrawnModel(text: spec, path: "X.lstm.yaml", seed: 1)
        model.access = access
        return model
    }

    /// The words that models can be called.
    private func modelNames() throws -> [String] {
        try Self.words.get().filter { word in
            (try? lowered(Roles.models[1].spec(word), path: "X.lstm.yaml")) != nil
        }
    }

    @Test("every model, side by side in one module, and its test") func models() throws {
        let names = try modelNames()
        // A module has each of the names once, and every form beside each of them.
        for turn in Self.isWhole ? Array(Roles.models.indices) : [0] {
            // Functions of C are the module's own: no two have one name, nor one the name of a type.
            var taken = Set(names)
            let models = try names.enumerated().map { index, name in
                let form = (index + turn) % Roles.models.count
                let access = SourceOptions.Access.allCases[index / Roles.models.count % 3]
                var model = try drawn(Roles.models[form].spec(name), access)
                if index % 4 == turn % 4, let own = model.cIdentifiers, taken.isDisjoint(with: own) {
                    model.hasCHeader = true
                    taken.formUnion(own)
                }
                return (model: model, name: "m\(index)")
            }
            try expectNone(models, "models in turn \(turn)")
            print("\(models.count) names of models, turn \(turn)")
        }
    }

    @Test("a model that generate makes no test for has none that compiles") func withoutTests() throws {
        let compiler = try Compiler()
        for name in modelsWithoutTests.sorted() + ["Fine"] {
            let model = try drawn(Roles.models[1].spec(name))
            let files = [Compiler.File(name: "m", text: model.swift())]
            expectNone(try compiler.errors(of: files, module: "Models\(name)", emits: true), name)
            let test = Compiler.File(name: "t", text: model.test(module: "Models\(name)"))
            #expect(try compiler.errors(of: [test], module: "Tests").isEmpty == (name == "Fine"), "\(name)")
        }
    }

    /// The words that layers can be called.
    private func layerNames() throws -> [String] {
        try Self.words.get().filter { word in
            (try? lowered(Roles.layer(word, model: "X")[0].spec, path: "X.lstm.yaml")) != nil
        }
    }

    @Test("every layer, many in one model") func layers() throws {
        let names = try layerNames()
        let models = try stride(from: 0, to: names.count, by: 12).flatMap { start in
            let specs = Roles.layers(Array(names[start..<min(start + 12, names.count)]), model: "M\(start)")
            return try Self.forms(specs.count, at: start / 12).map { (try drawn(specs[$0].spec), specs[$0].name) }
        }
        try expectNone(models, tested: Self.isWhole, "layers")
        print("\(names.count) names of layers in \(models.count) models")
    }

    @Test("every layer, alone and last") func layer() throws {
        let names = try layerNames()
        let models = try names.enumerated().flatMap { index, word in
            let specs = Roles.layer(word, model: "M\(index)")
            return try Self.forms(specs.count, at: index).map { (try drawn(specs[$0].spec), specs[$0].name) }
        }
        try expectNone(models, tested: false, "a layer")
        print("\(names.count) names of layers in \(models.count) models")
    }

    @Test("every label") func labels() throws {
        let words = try Self.words.get()
        let models = try stride(from: 0, to: words.count, by: 300).map { start in
            let some = Array(words[start..<min(start + 300, words.count)])
            return (try drawn(Roles.labels(some, model: "L\(start)")), "L\(start)")
        }
        try expectNone(models, tested: false, "labels")
        print("\(words.count) labels")
    }

    @Test("every module, imported by a test") func modules() throws {
        let compiler = try Compiler()
        let words = Self.isWhole ? try Self.words.get() : Words.keywords
        let modules = Set(words.filter(Names.isIdentifier)).subtracting([
            "Swift", "LSTMRuntime", "Testing", "Foundation",
        ])
        let model = try drawn(Roles.models[0].spec("X"), .internal)
        var tests: [Compiler.File] = []
        for (index, module) in modules.sorted().enumerated() {
            let stub = Compiler.File(name: "X", text: "struct X {}")
            expectNone(try compiler.errors(of: [stub], module: module, emits: true), "the module \(module)")
            let test = model.test(module: module)
            let line = try #require(test.split(separator: "\n").first { $0.hasPrefix("@testable import") })
            tests.append(.init(name: "t\(index)", text: "\(line)\nprivate let x: X = .init()\n"))
        }
        expectNone(try compiler.errors(of: tests, module: "Tests"), "tests of modules")
        print("\(modules.count) names of modules")
    }

    @Test("a model's name that is refused beside the keywords compiles in no spelling") func refused() throws {
        let compiler = try Compiler()
        let models = try Roles.models.indices.map { form in
            try drawn(Roles.models[form].spec(form == 0 ? "Placeholder" : "Other\(form)")).swift()
        }
        func compiles(_ texts: [String], beside neighbours: Set<String> = []) throws -> Bool {
            let neighbour = Compiler.File(
                name: "neighbours", text: neighbours.sorted().map { "public struct \($0) {}\n" }.joined())
            let files = texts.enumerated().map { Compiler.File(name: "m\($0)", text: $1) }
            return try compiler.errors(of: files + [neighbour], module: "Models").isEmpty
        }
        // Each takes four modules: a run draws one of the names.
        let names = Names.reservedForTypes.sorted()
        for name in Self.isWhole ? names : [names[Int.random(in: names.indices)]] {
            print("refused: \(name)")
            func forced(_ texts: [String]) -> [String] { texts.map { $0.replacing("Placeholder", with: name) } }
            // Swift 6.2 says a module's name with the module before it, or alone; models can have all of these names.
            let member = try Regex("\\b\(name)\\.([A-Za-z0-9_]+)", as: (Substring, Substring).self)
            let said = Set(models.flatMap { $0.matches(of: member).map { String($0.1) } })
            #expect(said.count > 10 && said.isDisjoint(with: Names.keywords), "\(name)")
            let bare = models.map { Self.withoutModule(name, $0) }
            #expect(try compiles(models, beside: said), "\(name): a good name in the first spelling")
            #expect(try compiles(bare), "\(name): a good name in the second spelling")
            #expect(try !compiles(forced(models)), "\(name).Member")
            #expect(try !compiles(forced(bare), beside: said), "Member of \(name)")
        }
    }

    /// The source with the module's names said alone, and without the names that it makes its own.
    private static func withoutModule(_ module: String, _ source: String) -> String {
        source.replacing("\(module).", with: "").replacing(#/[^\n]*typealias ([A-Za-z0-9]+) = \1\n/#, with: "")
    }

    @Test("import names nothing that check refuses") func imported() throws {
        for word in try Self.words.get() {
            let type = typeName(forFile: word + ".pt")
            #expect(throws: Never.self, "\(word): \(type)") {
                try lowered(Roles.models[1].spec(type), path: "X.lstm.yaml")
            }
            var naming = LayerNaming()
            for path in [word, "net.\(word)", "\(word).\(word)", word] {
                let layer = naming.name(for: path, kind: "lstm")
                #expect(throws: Never.self, "\(path): \(layer)") {
                    try lowered(Roles.layer(layer, model: "X")[4].spec, path: "X.lstm.yaml")
                }
            }
        }
    }
}
