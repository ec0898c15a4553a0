// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

// A convolution for each type of precision, so that a program links the products that it has a use for.

extension PackedConv1d {
    /// The same, with the matrices kept in `precision`.
    @_alwaysEmitIntoClient
    public init(
        inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0, right: Int = 0,
        dilation: Int = 1, groups: Int = 1, weight: any FloatSource, bias: (any FloatSource)?,
        precision: HalfPrecision
    ) {
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias
        ) { inFeatures, outFeatures, weight, bias in
            PackedLinear(
                inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, precision: precision)
        }
    }

    /// The same, with the matrices kept in `precision`.
    @_alwaysEmitIntoClient
    public init(
        inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0, right: Int = 0,
        dilation: Int = 1, groups: Int = 1, weight: any FloatSource, bias: (any FloatSource)?,
        precision: IntegerPrecision
    ) {
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias
        ) { inFeatures, outFeatures, weight, bias in
            PackedLinear(
                inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, precision: precision)
        }
    }

    /// The same, with the matrices kept in `precision`.
    @_alwaysEmitIntoClient
    public init(
        inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0, right: Int = 0,
        dilation: Int = 1, groups: Int = 1, weight: any FloatSource, bias: (any FloatSource)?,
        keptAs precision: WeightPrecision
    ) {
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias
        ) { inFeatures, outFeatures, weight, bias in
            PackedLinear(
                inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, keptAs: precision)
        }
    }

    /// The same, with the matrices kept in `precision`.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0,
        right: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true, precision: HalfPrecision
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [outChannels, inChannels / groups, kernelSize])
        let bias = bias ? try reader.next("bias", [outChannels]) : nil
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias, precision: precision)
    }

    /// The same, with the matrices kept in `precision`.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0,
        right: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true, precision: IntegerPrecision
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [outChannels, inChannels / groups, kernelSize])
        let bias = bias ? try reader.next("bias", [outChannels]) : nil
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias, precision: precision)
    }
}
