// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension KerasReader {
    /// The results' names for a spec's `outputs`; empty where its default gives them.
    func resultNames(_ results: [KerasValue]) throws(KerasMistake) -> [String] {
        var names: [String] = []
        for value in results {
            guard value.mask == nil else { throw .resultIsMask }
            guard value.input == nil else { throw .resultIsInput(value.reference) }
            let name = self.name(of: value)
            guard !names.contains(name) else { throw .resultTwice(name) }
            names.append(name)
        }
        if results.count == 1, results[0].reference == layers.last?.name, !recurrent.contains(results[0].reference) {
            return []
        }
        return names
    }

    /// `output` and `h_n` say enough where one layer has them.
    private func name(of value: KerasValue) -> String {
        let parts = value.reference.split(separator: ".", maxSplits: 1).map(String.init)
        if recurrent.contains(value.reference) {
            return recurrent.count > 1 ? "\(value.reference).output" : "output"
        }
        return parts.count == 2 && recurrent.count == 1 ? parts[1] : value.reference
    }
}
