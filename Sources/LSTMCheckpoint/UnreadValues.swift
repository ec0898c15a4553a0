// SPDX-License-Identifier: Apache-2.0

extension Checkpoint {
    /// What cannot be read and may be part of a model, by name: dropping it could change results in silence.
    ///
    /// That is everything that holds numbers as a parameter does; any value under a parameter's name; and any value
    /// beside a module's tensors, under the module's path. None where a bias could stand is PyTorch's word for no bias.
    package var doubtful: [String: CheckpointMistake] {
        let modules = Set(tensors.keys.map(modulePath))
        return unreadable.filter { name, mistake in
            // A tensor that is damaged, or of a type that is not read.
            guard let form = mistake.form else { return true }
            let path = modulePath(name)
            let key = name.utf8.count > 256 ? "" : name.dropFirst(path.isEmpty ? 0 : path.count + 1)
            // What a module's own get_extra_state gives is no tensor by definition.
            guard !form.isArray else { return true }
            guard key != "_extra_state" else { return false }
            let isBeside = !path.isEmpty && modules.contains(path)
            switch form {
            case .none: return key.hasPrefix("weight") && isParameterName(key)
            case .bool, .text: return isBeside
            default: return isBeside || isParameterName(key)
            }
        }
    }

    /// The names of what cannot be read and is taken to be no part of a model, in a stable order.
    package var passedOver: [String] {
        let doubtful = doubtful
        return unreadable.keys.filter { doubtful[$0] == nil && unreadable[$0]?.form != ValueForm.none }.sorted()
    }
}

/// What stands before the last dot; empty for a bare name.
func modulePath(_ name: String) -> Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? ""
}

/// True for the last part of a name that PyTorch's layers have a parameter of, or an LSTM a first state.
package func isParameterName(_ key: some StringProtocol) -> Bool {
    let stems = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"]
    return parameterNames.contains(String(key)) || stems.contains { key.hasPrefix($0) }
}

private let parameterNames: Set<String> = [
    "weight", "bias", "h0", "c0", "h_0", "c_0", "initial_h", "initial_c", "weight_g", "weight_v", "weight_orig",
    "weight_mask",
    "gamma", "beta", "running_mean", "running_var",
]

extension CheckpointMistake {
    /// What the value is instead of a tensor; nil for a tensor, and for what says nothing of one value.
    var form: ValueForm? {
        switch self {
        case .notATensor(_, let form): return form
        case .npy(_, .unsupportedType(let descr)):
            guard let descr else { return .object(nil) }
            switch descr.drop(while: { "<>|=".contains($0) }).first {
            case "U", "S", "a": return .text
            // Half, single, double and long double; integers; complex numbers.
            case "f", "g", "i", "u", "c", "b": return .tensorType(descr)
            default: return .object(nil)
            }
        case .npy(_, .notNpy): return .bytes
        default: return nil
        }
    }
}
