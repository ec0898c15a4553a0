// SPDX-License-Identifier: Apache-2.0

import LSTMImport
import Testing

@Suite struct ImportedModelTests {
    @Test func anLSTMBeginsAsPyTorchs() {
        let lstm = ImportedLayer.LSTM(inputSize: 3, hiddenSize: 4)
        #expect(lstm.numLayers == 1 && lstm.bias && !lstm.bidirectional && lstm.projSize == 0)
    }
}
