// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// What keeps a file from becoming a spec.
enum ImportMistake: Mistake, Error {
    /// A tensor that a message names.
    struct Tensor: Sendable {
        /// Its name in the file.
        var key: String
        /// Its shape in the file.
        var shape: [Int]

        init(key: String, shape: [Int]) {
            self.key = key
            self.shape = shape
        }
    }

    // The command
    case unknownEnding(String)
    case keyNotApplicable
    case ignoreNotApplicable
    case setNotApplicable
    /// A flag for what the file says itself, and what it says.
    case readingKnown(String, String)
    /// A flag, and what in the file goes with every step alone.
    case readingAgainst(String, String)
    case readingWithout(String, layer: String, result: String)

    // Tensors with names
    case noTensors
    case tooManyElements(file: Int)
    case tooManyModules(count: Int, limit: Int)
    case foreignModule(path: String, kind: String, patterns: [String])
    case unknownModule(path: String, tensors: [Tensor], patterns: [String])
    case moreModules(count: Int)
    case missingTensor(module: String, tensor: String)
    case extraTensors(module: String, tensors: [String], patterns: [String])
    case inconsistentTensor(module: String, tensor: String, shape: [Int], expected: String)
    case noLSTM
    case severalEmbeddings([String])
    case noOrder(doubledLSTM: String?)
    case stateWithoutLSTM(String)
    /// Paths of modules whose names say that they are no links of one chain.
    case contradiction([String], Contradiction)
    case gap(String)
    case tensorsElsewhere([String])

    // JSON
    case notJSON(JSONProblem)
    case unknownJSON
    /// `what` stands at `place` in the JSON, as `layers[1].weights[0]`.
    case wrongJSON(place: String, expected: String)
    case unsupportedJSON(place: String, what: String, why: String)

    /// A mistake in JSON's own syntax.
    struct JSONProblem: Sendable {
        var text: String
    }

    var code: String {
        switch self {
        case .unknownEnding: "import-ending"
        case .keyNotApplicable: "import-key"
        case .ignoreNotApplicable: "import-ignore"
        case .setNotApplicable: "import-set"
        case .readingKnown, .readingAgainst, .readingWithout: "import-reading"
        case .noTensors, .noLSTM: "import-no-lstm"
        case .tooManyElements, .tooManyModules: "import-limit"
        case .foreignModule: "import-foreign-module"
        case .unknownModule, .moreModules: "import-unknown-module"
        case .missingTensor, .extraTensors, .inconsistentTensor: "import-inconsistent-module"
        case .severalEmbeddings, .noOrder, .stateWithoutLSTM: "import-order"
        case .contradiction: "import-names"
        case .gap: "import-gap"
        case .tensorsElsewhere: "import-elsewhere"
        case .notJSON, .unknownJSON, .wrongJSON: "import-json"
        case .unsupportedJSON: "import-unsupported"
        }
    }

    /// Whether it is true of a module whatever is wrong with others.
    var standsAlone: Bool {
        switch self {
        case .foreignModule: true
        case .unknownEnding, .keyNotApplicable, .ignoreNotApplicable, .setNotApplicable, .readingKnown,
            .readingAgainst, .readingWithout, .noTensors, .tooManyElements, .tooManyModules, .unknownModule,
            .moreModules, .missingTensor, .extraTensors, .inconsistentTensor, .noLSTM, .severalEmbeddings, .noOrder,
            .stateWithoutLSTM, .contradiction, .gap, .tensorsElsewhere, .notJSON, .unknownJSON, .wrongJSON,
            .unsupportedJSON:
            false
        }
    }

    var severity: Severity {
        if case .gap = self { .warning } else { .error }
    }

    var message: String {
        switch self {
        case .unknownEnding(let path):
            "\(quoted(fileName(of: path))) is no file that is known, by its bytes or its extension: lstmc imports "
                + inWords(ImportFormat.endings) + ", under whatever name"
        case .keyNotApplicable: "--key is for .pt and .pth files, whose dictionaries nest: leave it out"
        case .ignoreNotApplicable: "--ignore is for the tensors of a state_dict, which this file is not: leave it out"
        case .setNotApplicable: "--set is for what an ONNX file leaves open, which this file is not: leave it out"
        case .readingKnown(let flag, let words):
            "\(flag) is for files that leave this open, and this one says it: \(words); leave it out"
        case .readingAgainst(let flag, let words): "\(flag) contradicts \(words); leave it out"
        case .readingWithout(let flag, let layer, let result):
            "\(flag) has nothing to apply to: no layer follows \(quoted(layer)), whose \(result) is a result already; "
                + "leave it out"
        case .notJSON(let problem): "this is no valid JSON: \(problem.text)"
        case .unknownJSON:
            "this JSON is neither RTNeural's ('in_shape' and 'layers'), nor ICU's segmenter ('dic' and 'mat1' to 'mat9'), nor "
                + "a state_dict (tensors by name)"
        case .wrongJSON(let place, let expected): "\(quoted(place)) must be \(expected)"
        case .unsupportedJSON(let place, let what, let why): "\(quoted(place)) is \(what), \(why)"
        case .noTensors: "the file has no tensors to import"
        case .tooManyElements(let file): "the tensors have more elements than a file of \(file) bytes can hold"
        case .tooManyModules(let count, let limit): "the file has \(count) modules, more than the limit of \(limit)"
        case .foreignModule(let path, let kind, let patterns):
            "module \(quoted(path)) is \(kind): import makes no layer of that; "
                + "if the model does without it, leave it out with \(ignoreOptions(patterns))"
        case .unknownModule(let path, let tensors, let patterns):
            "module \(quoted(path)) with \(shown(tensors)) is none that is known; "
                + "if the model does without it, leave it out with \(ignoreOptions(patterns))"
        case .moreModules(let count): "\(count) more modules cannot be imported"
        case .missingTensor(let module, let tensor):
            "module \(quoted(module)) looks like an LSTM, but has no tensor \(quoted(tensor))"
        case .extraTensors(let module, let tensors, let patterns):
            "module \(quoted(module)) looks like an LSTM, but has \(tensors.count == 1 ? "a tensor" : "tensors") "
                + "\(listedFew(tensors)), which no LSTM of its sizes has; "
                + "if the model does without \(tensors.count == 1 ? "it" : "them"), leave \(tensors.count == 1 ? "it" : "them") "
                + "out with \(ignoreOptions(patterns))"
        case .inconsistentTensor(let module, let tensor, let shape, let expected):
            "tensor \(quoted(tensor)) of module \(quoted(module)) has shape \(shapeText(shape)), "
                + "but its other tensors make it \(expected)"
        case .noLSTM: "the file has no LSTM, GRU or RNN"
        case .severalEmbeddings(let paths):
            "the modules \(listed(paths)) are embeddings, and a spec has one, as its first layer"
        case .noOrder(let doubled):
            "the modules cannot stand one after another: no order gives each the size that it takes"
                + (doubled.map {
                    "; if the model reads only one direction of \(quoted($0)), a spec cannot say so"
                } ?? "; leave out with --ignore what the model does without")
        case .stateWithoutLSTM(let tensor):
            "tensor \(quoted(tensor)) looks like a first state, but it is not that of the one LSTM in the file; "
                + "if the model does without it, leave it out with --ignore"
        case .contradiction(let paths, let role):
            "the \(paths.count == 1 ? "name" : "names") \(listed(paths.map { $0.isEmpty ? "(top)" : $0 })) "
                + "\(paths.count == 1 ? "contradicts" : "contradict") a chain, which is all that sizes can show: \(role.words); "
                + "write the spec by hand (lstmc init NAME writes one to start from), "
                + "or leave out with --ignore what the model does without"
        case .gap(let sentence): sentence
        case .tensorsElsewhere(let names):
            "tensors stand outside the state_dict that was found, under parameters' names: \(listedFew(names)); "
                + "save one state_dict with all of them, or choose a dictionary with --key"
        }
    }

    /// `--ignore 'similarity_bias' --ignore 'similarity_weight'`.
    private func ignoreOptions(_ patterns: [String]) -> String {
        let limit = 12
        let options = patterns.prefix(limit).map { "--ignore \(quoted($0))" }.joined(separator: " ")
        return patterns.count > limit ? options + " and so on" : options
    }

    /// `weight (3, 4) and bias (3,)`.
    private func shown(_ tensors: [Tensor]) -> String {
        let limit = 6
        let words = tensors.prefix(limit).map { "\(cut($0.key)) \(shapeText($0.shape))" }
        let rest = tensors.count > limit ? ["\(tensors.count - limit) more"] : []
        return (words + rest).joined(separator: ", ")
    }
}
