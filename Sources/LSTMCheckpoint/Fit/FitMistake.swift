// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// One cause that a checkpoint does not fit a spec, at the key that is wrong.
enum FitMistake: Mistake, Equatable {
    /// Another value of a key would fit; `owner` has the key, `layer 'head'`, and is nil for the only input.
    case key(String, owner: String?, found: String, isDefault: Bool, fitting: String)
    /// Another recurrent kind would fit.
    case kind(layer: String, found: String, fitting: String)
    /// The module is of a kind that no key makes the layer.
    case otherModule(layer: String, kind: String, module: String)
    case prefix(found: String, fitting: [String])
    /// No tensor begins with the prefix, and nothing else would be the one.
    case unknownPrefix(String)
    /// Modules of other names would fit: the layer, the path that is not there, the one that is.
    case names([Renaming])
    /// The paths of modules that are not there, with the layers that need them.
    case missingModules([(path: String, layer: String)])
    /// The layer's weights are there as what PyTorch computes them from.
    case otherForm(layer: String, tensors: [String])
    /// What two modules say of one size.
    case join(layer: String, given: Int, needed: Int)
    case more(count: Int)

    struct Renaming: Equatable {
        var layer: String
        var path: String
        var fitting: String
    }

    var code: String {
        switch self {
        case .key: "unfit-key"
        case .kind, .otherModule: "unfit-kind"
        case .prefix, .unknownPrefix: "unfit-prefix"
        case .names: "unfit-names"
        case .missingModules: "missing-module"
        case .otherForm: "unfit-form"
        case .join: "unfit-join"
        case .more: "unfit-key"
        }
    }

    var message: String {
        switch self {
        case .key(let key, let owner, let found, let isDefault, let fitting):
            "\(key)\(owner.map { " of \($0)" } ?? "") is \(found)\(isDefault ? " where it is not given" : ""), "
                + "but \(fitting) would fit the checkpoint"
        case .kind(let layer, let found, let fitting):
            "layer \(quoted(layer)) is \(withArticle(found)), but \(withArticle(fitting)) would fit the checkpoint"
        case .otherModule(let layer, let kind, let module):
            "layer \(quoted(layer)) is \(withArticle(kind)), but the checkpoint's module of that name is \(module)"
        case .prefix(let found, let fitting):
            (found.isEmpty ? "no weights.prefix is given" : "weights.prefix is \(quoted(found))")
                + (fitting == [""]
                    ? ", but none would fit the checkpoint; remove it"
                    : ", but \(listed(Array(fitting.prefix(3)), "or")) would fit the checkpoint")
        case .unknownPrefix(let prefix):
            "no tensor of the checkpoint begins with \(quoted(prefix)), which weights.prefix names"
        case .names(let renamings):
            "the checkpoint has no \(renamings.count == 1 ? "module" : "modules") "
                + "\(listedFew(renamings.map(\.path), limit: 4)), but weights.names: { \(pairs(renamings)) } would fit"
        case .missingModules(let missing) where missing.count == 1:
            "the checkpoint has no module \(quoted(missing[0].path)), which layer \(quoted(missing[0].layer)) needs"
        case .missingModules(let missing):
            "the checkpoint has none of the modules \(listedFew(missing.map(\.path), limit: 6)), which the layers need"
        case .otherForm(let layer, let tensors):
            "the weights of layer \(quoted(layer)) are in another form in the checkpoint, \(listedFew(tensors, limit: 4)); "
                + "lstmc import reads it and writes a safetensors file"
        case .more(let count):
            "the checkpoint does not fit the spec in \(count) more \(count == 1 ? "way" : "ways")"
        case .join(let layer, let given, let needed):
            "layer \(quoted(layer)) is given \(given) \(given == 1 ? "value" : "values"), but its tensors in the checkpoint "
                + "take \(needed); check what stands before it, and its 'from'"
        }
    }

    private func withArticle(_ word: String) -> String {
        switch word {
        case "lstm", "rnn", "embedding": "an \(word)"
        default: "a \(word)"
        }
    }

    private func pairs(_ renamings: [Renaming]) -> String {
        let shown = renamings.prefix(6).map { "\(cut($0.layer)): \(cut($0.fitting))" }.joined(separator: ", ")
        return renamings.count > 6 ? shown + ", …" : shown
    }

    static func == (a: Self, b: Self) -> Bool { a.code == b.code && a.message == b.message }
}
