// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension PackedPReLU {
    /// Reads the parameters of an nn.PReLU over steps of (numParameters, positions): each weight is for `positions` values
    /// one after another. One weight is for all values, each of which is a row.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, numParameters: Int, positions: Int = 1
    ) throws(Reader.Failure) {
        var reader = reader
        let weights = try reader.next("weight", [numParameters]).floats()
        let all = numParameters == 1 ? weights : weights.flatMap { [Float](repeating: $0, count: positions) }
        self.init(size: all.count, numParameters: all.count, weight: FloatArray(all, shape: [all.count]))
    }
}
