// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Why a generated type cannot use a weight file.
public enum WeightsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, FileError)
    /// The file is no safetensors file, a tensor is missing, or one has another shape or type than is needed.
    case unfit(SafetensorsError)
    /// A value is infinite or no number; its index is row-major.
    case nonFinite(tensor: String, index: Int)
    /// A value is too large for the precision that the model keeps it in; its index is row-major.
    case tooLarge(tensor: String, index: Int, WeightPrecision)

    public var description: String {
        switch self {
        case .unreadable(let path, let error): "the weight file \(quotedName(path)) \(error)"
        case .unfit(let error): "the weight file does not fit the model: \(error)"
        case .nonFinite(let tensor, let index): "tensor \(quotedName(tensor)) is not finite at index \(index)"
        case .tooLarge(let tensor, let index, let precision):
            "tensor \(quotedName(tensor)) is too large for \(precision) at index \(index)"
        }
    }
}

/// The weight file of a generated type, in memory.
public struct WeightFile: Sendable {
    private let file: SafetensorsFile

    /// Reads a safetensors file.
    ///
    /// - Throws: ``WeightsError/unreadable(path:_:)``, or ``WeightsError/unfit(_:)`` where its header is not right.
    public init(contentsOf path: String) throws(WeightsError) {
        let bytes: [UInt8]
        do { bytes = try fileBytes(at: path) } catch { throw .unreadable(path: path, error) }
        try self.init(bytes)
    }

    /// The bytes of a safetensors file.
    ///
    /// - Throws: ``WeightsError/unfit(_:)`` where its header is not right.
    public init(_ bytes: [UInt8]) throws(WeightsError) {
        do { file = try SafetensorsFile(bytes) } catch { throw .unfit(error) }
    }

    /// The parameters of one layer, whose tensors' names begin with exactly `prefix`.
    public func layer(_ prefix: String) -> FileLayer { FileLayer(file: self, prefix: prefix, isCell: false) }

    /// The same for a layer whose matrices are kept in `precision`, whatever they are in the file.
    public func layer(_ prefix: String, as precision: WeightPrecision) -> FileLayer {
        FileLayer(file: self, prefix: prefix, isCell: false, precision: precision)
    }

    /// The same as ``cell(_:)`` for a layer whose matrices are kept in `precision`.
    public func cell(_ prefix: String, as precision: WeightPrecision) -> FileLayer {
        FileLayer(file: self, prefix: prefix, isCell: true, precision: precision)
    }

    /// The same for an lstm of one layer and direction, whose parameters nn.LSTMCell calls by names without `_l0`.
    public func cell(_ prefix: String) -> FileLayer { FileLayer(file: self, prefix: prefix, isCell: true) }

    /// A first state: h and c are tensors of (states, size) or (states, 1, size).
    ///
    /// - Throws: ``WeightsError`` where one is missing, has another shape, or a value that is not finite.
    @_alwaysEmitIntoClient
    public func state(
        h: String, c: String, states: Int, stateSize: Int, hiddenSize: Int
    ) throws(WeightsError) -> LSTMState {
        LSTMState(
            h: try floats(h, [states, stateSize], or: [states, 1, stateSize]).floats(),
            c: try floats(c, [states, hiddenSize], or: [states, 1, hiddenSize]).floats())
    }

    /// A tensor of `count` values, in one axis.
    ///
    /// - Throws: ``WeightsError`` where it is missing, has another shape, or a value that is not finite.
    @_alwaysEmitIntoClient
    public func values(of name: String, count: Int) throws(WeightsError) -> [Float] {
        try floats(name, [count]).floats()
    }

    fileprivate func has(_ name: String) -> Bool { file.directory[name] != nil }

    /// The tensor, of finite floats.
    @usableFromInline
    func floats(
        _ name: String, _ shape: [Int], or other: [Int]? = nil
    ) throws(WeightsError) -> any FloatSource {
        let isOther = other != nil && file.directory[name]?.shape == other
        let source: any FloatSource
        do {
            source = try file.floats(name, shape: isOther ? other ?? shape : shape)
        } catch { throw .unfit(error) }
        if let index = first(notBelow: 0x7F80_0000, source) { throw .nonFinite(tensor: name, index: index) }
        return source
    }
}

/// One layer's parameters in a weight file.
public struct FileLayer: ParameterReader {
    fileprivate let file: WeightFile
    fileprivate let prefix: String
    fileprivate let isCell: Bool
    fileprivate var precision = WeightPrecision.float32

    public mutating func next(_ key: String, _ shape: [Int]) throws(WeightsError) -> any FloatSource {
        let name = prefix + key
        let short = isCell && key.hasSuffix("_l0") ? prefix + key.dropLast(3) : name
        let found = file.has(name) || !file.has(short) ? name : short
        let source = try file.floats(found, shape)
        if precision != .float32, shape.count > 1, let index = first(notBelow: precision.firstInfinite, source) {
            throw .tooLarge(tensor: found, index: index, precision)
        }
        return source
    }
}

/// Where the first value is whose size has bits of at least `limit`: those of an infinite one for what is no finite number. A
/// plain loop, as this passes over every weight.
private func first(notBelow limit: UInt32, _ source: any FloatSource) -> Int? {
    let total = source.shape.reduce(1, *)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 1 << 14) { scratch in
        guard let values = scratch.baseAddress else { return nil }
        var start = 0
        while start < total {
            let count = min(scratch.count, total - start)
            source.read(from: start, into: UnsafeMutableBufferPointer(start: values, count: count))
            var index = 0
            while index < count {
                if values[index].bitPattern & 0x7FFF_FFFF >= limit { return start + index }
                index += 1
            }
            start += count
        }
        return nil
    }
}
