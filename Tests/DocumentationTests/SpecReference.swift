// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import ProgramTestSupport
import TestSupport

/// The article SpecReference.md: every key as KeyDescription.swift describes it, with the examples of `Examples/`.
func specReference() throws -> String {
    var text = introduction
    for section in Section.documented {
        text += "\n" + section.heading + "\n\n" + section.summary + "\n\n"
        var keys = section.keyDescriptions.map(row)
        if case .layer(let kind) = section {
            keys.insert(nameRow(kind), at: 0)
            if kind.inputs != .one { keys.append(row(kind.fromDescription)) }
        }
        text += "| key | value | default | rule |\n|---|---|---|---|\n" + keys.joined()
        for example in section.examples { text += try block(of: example, in: section) }
    }
    return text
}

/// One of the specs in `Examples/`.
struct Example {
    /// linear.lstm.yaml
    let file: String
    let source: SourceFile

    init(_ file: String) throws {
        self.file = file
        let url = repositoryRoot.appendingPathComponent("Tests/DocumentationTests/Examples/\(file)")
        source = SourceFile(path: file, bytes: [UInt8](try Data(contentsOf: url)))
    }

    var text: String { String(decoding: source.bytes, as: UTF8.self) }
    var model: Model? { parse(source).document.flatMap { lower($0).model } }
}

extension Section {
    static let documented: [Section] =
        [.root, .input, .namedInput, .weights, .vocabulary, .budget] + OperationKind.language.all.map(Section.layer)
        + [.initial(hasC: true)]

    var examples: [String] {
        switch self {
        case .root: ["root.lstm.yaml", "root-inputs.lstm.yaml"]
        case .input: ["input-features.lstm.yaml", "input-tokens.lstm.yaml", "input-shape.lstm.yaml"]
        case .namedInput: ["inputs.lstm.yaml", "inputs-shapes.lstm.yaml"]
        case .weights: ["weights.lstm.yaml"]
        case .vocabulary: ["vocabulary.lstm.yaml"]
        case .budget: ["budget.lstm.yaml"]
        case .initial: ["initial.lstm.yaml"]
        case .layer(let kind): ["\(kind.word).lstm.yaml"]
        }
    }

    fileprivate var heading: String {
        switch self {
        case .root: "## The file"
        case .input: "## input"
        case .namedInput: "## inputs\n\nOne line a name, each with these keys."
        case .weights: "## weights"
        case .vocabulary: "## vocabulary"
        case .budget: "## budget"
        case .initial: "## initial\n\nOf an `lstm`, a `gru` or an `rnn`; the last two have no `c`."
        case .layer(let kind) where kind == OperationKind.language.all.first: layersHeading + "### \(kind.word)"
        case .layer(let kind): "### \(kind.word)"
        }
    }
}

private let layersHeading = """
    ## Layers

    Each is one item of `layers`. What a layer takes is what the layer before gives, or the only input; `from` says otherwise: a
    name, or a list of names. A name is an earlier layer, an input, or a part of a recurrent layer, called as `outputs` calls
    it (`lstm.h_n`): between layers h_n is (batch, layers * directions * size), its states side by side. A layer that no
    result needs is a warning.


    """

private func row(_ key: KeyDescription) -> String {
    let standard = key.isRequired ? "required" : key.standard.map { "`\($0)`" } ?? ""
    return "| `\(key.key)` | \(key.value.words) | \(standard) | \(key.text) |\n"
}

private func nameRow(_ kind: LayerKind) -> String {
    let isRecurrent = OperationKind.named(kind.word)?.isRecurrent == true
    return
        "| `\(kind.word)` | a name | required | The layer's name\(isRecurrent ? "" : ", which its result has too"). |\n"
}

extension KeyDescription.Value {
    fileprivate var words: String {
        switch self {
        case .integer(let minimum?, let maximum?): "a whole number, \(minimum) to \(maximum)"
        case .integer(let minimum?, nil): "a whole number, \(minimum) or more"
        case .integer(nil, _): "a whole number"
        case .number(let minimum?, let maximum?): "a number, \(plain(minimum)) to \(plain(maximum))"
        case .number(let minimum?, nil): "a number, \(plain(minimum)) or more"
        case .number(nil, _): "a number"
        case .integerOrWord(let minimum, let words):
            "a whole number, \(minimum) or more, or " + words.map { "`\($0)`" }.joined(separator: " or ")
        case .sizes: "a list of whole numbers, 1 or more"
        case .numbers: "a number, a list of numbers or a tensor's name"
        case .references(let minimum, _) where minimum > 1: "a list of names"
        case .references: "a name, or a list of one"
        case .inputs: "a mapping of names, below"
        case .boolean: "`true` or `false`"
        case .text: "a text"
        case .identifier: "a name"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        case .texts(let allowsEmpty): allowsEmpty ? "a list of texts" : "a list of texts, one or more"
        case .labels: "a list of labels, one or more"
        case .textMap: "a mapping of texts"
        case .count: "a count"
        case .bytes: "a number of bytes"
        case .version: "`1`"
        case .section: "a mapping, below"
        case .layers: "a list of layers, one or more, below"
        }
    }

    private func plain(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}

/// The example, and for a layer its sizes and parameters too: what the command prints.
private func block(of file: String, in section: Section) throws -> String {
    let example = try Example(file)
    let spec = "\n`\(file)`:\n\n```yaml\n\(example.text)```\n"
    guard case .layer = section, let model = example.model else { return spec }
    return spec + "\n```console\n$ lstmc ir \(file)\n\(model.text)```\n"
}

private let introduction = """
    # The spec, key by key

    Every key of a spec with its value, its default, and an example.

    ## Overview

    <!-- Written by Tests/DocumentationTests/SpecReference.swift from the keys' descriptions: make snapshots. -->

    A spec is one YAML file, `NAME.lstm.yaml`, for one model. `lstmc init NAME` writes one to start from, with the JSON Schema
    that editors complete and check it by; `lstmc check` says what is wrong with it, each mistake at its place.

    Values are YAML 1.2's core schema: only `true` and `false` are Booleans, and a number in quotes is a text. Beside plain
    ones there are

    - a name: a Swift identifier and no keyword. A layer's is its own, and none of `State`, `step`, `process`, `output`, `h_n`,
      `c_n`, `h0`, `c0`, `x` and `lengths`; a model's is neither `Swift` nor `LSTMRuntime`;
    - a count: a whole number, or one with `k` (thousand) or `M` (million) after it: `1.5k`;
    - a number of bytes: a whole number, or one with `B`, `kB`, `MB`, `KiB` or `MiB` after it: `64 KiB`;
    - labels: texts that may look like numbers or Booleans; they are always texts.

    Shapes are PyTorch's. Time and batch stay open; the batch axis may be absent, which square brackets say: `(time[, batch],
    16)`. Where `batch_first` is true it comes before time.

    The console blocks show what the layer makes of its input, and the tensors that it reads from the checkpoint.

    """
