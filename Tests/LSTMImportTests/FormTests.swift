// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

private let refused = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures/Refused")

/// A bias that is there and cannot be read, in every form that Tools/make_form_fixtures.py has.
@Suite("A bias that cannot be read")
struct FormTests {
    static let files = fixtureNames(in: refused, suffix: "").filter { $0.hasPrefix("bias-") }

    @Test("has fixtures") func present() { #expect(Self.files.count == 29) }

    private func spec(_ file: String, bias: Bool, ignore: String = "") -> String {
        """
        lstmc: 1
        name: M
        input:
          features: 3
        weights:
          file: \(file)
          \(file.contains("-inside") ? "key: model" : "placement: embedded")
        \(ignore.isEmpty ? "" : "  ignore: [\(ignore)]\n")layers:
          - lstm: lstm
            input_size: 3
            hidden_size: 4
          - linear: head
            out_features: 2
            bias: \(bias)

        """
    }

    private func found(_ file: String, bias: Bool, ignore: String = "") throws -> [Diagnostic] {
        let bytes = [UInt8](try Data(contentsOf: refused.appendingPathComponent(file)))
        return checkImport(spec(file, bias: bias, ignore: ignore), path: "M.lstm.yaml", weights: bytes, source: file)
    }

    @Test("is one error for `import`, which names it", arguments: files)
    func imported(_ file: String) throws {
        let bytes = [UInt8](try Data(contentsOf: refused.appendingPathComponent(file)))
        do throws(ImportFailure) {
            let model = try importModel(bytes, path: file)
            // Whole numbers are a bias of the wrong type, which the check of the spec finds.
            let text = specText(model, name: "M", weightsFile: file, heading: "")
            #expect(text.contains("linear: head\n    out_features: 2\n") && !text.contains("bias: false"))
            #expect(checkImport(text, path: "M.lstm.yaml", weights: bytes, source: file).hasErrors)
        } catch {
            #expect(error.diagnostics.count == 1)
            #expect(error.diagnostics[0].message.contains("head"))
            #expect(error.diagnostics[0].message.contains("bias"))
        }
    }

    @Test("is one error for `check`, whether the spec has a bias or not", arguments: files)
    func checked(_ file: String) throws {
        for bias in [true, false] {
            let diagnostics = try found(file, bias: bias)
            #expect(diagnostics.count == 1, "\(bias): \(render(diagnostics, sources: [:]))")
            #expect(diagnostics.first?.severity == .error && diagnostics.first?.message.contains("head.bias") == true)
        }
    }

    @Test("is left out where the user says so", arguments: files)
    func ignored(_ file: String) throws {
        #expect(try found(file, bias: false, ignore: "head.bias").isEmpty)
        var options = ImportOptions()
        options.ignore = ["head.bias"]
        let bytes = [UInt8](try Data(contentsOf: refused.appendingPathComponent(file)))
        let model = try importModel(bytes, path: file, options: options)
        #expect(model.layers.last?.kind == .linear(outFeatures: 2, bias: false))
    }
}
