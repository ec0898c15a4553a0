// SPDX-License-Identifier: Apache-2.0

import LSTMGeneration
import LSTMIR
import LSTMSpec

extension SpecLoader {
    /// Reports everything that can be said of a spec and of the files it names, by place.
    mutating func check(_ path: String) {
        inOrderOfPlaces { loader in
            guard let reading = loader.read(path) else { return }
            if let model = reading.model {
                _ = loader.vocabulary(of: model)
                _ = loader.parameters(of: model)
            } else if let document = reading.document {
                loader.openFiles(of: document)
            }
        }
    }

    /// Reads the files of a spec that has mistakes, as far as they can be judged without its model.
    private mutating func openFiles(of document: Document) {
        // A key that is wrong itself could be the one that finds the weights.
        if let weights = document.weights.value, let file = weights.file.located, !weights.key.isInvalid {
            _ = checkpoint(file, key: weights.key.value)
        }
        if let file = document.vocabulary.value?.file.located {
            let tokens = document.input.value?.tokens.value.flatMap { $0 > 0 ? $0 : nil }
            _ = vocabulary(file, tokens: tokens ?? .max, unknown: 0)
        }
    }
}
