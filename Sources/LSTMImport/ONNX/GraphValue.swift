// SPDX-License-Identifier: Apache-2.0

/// A size that an exporter computes with: known, or that of an axis of a graph input.
enum GraphSize: Hashable {
    case known(Int)
    case axis(AxisID)
    case unknown

    var known: Int? { if case .known(let size) = self { size } else { nil } }
}

/// An axis of a graph input: what it is, batch or time, only the LSTM that it arrives at says.
struct AxisID: Hashable {
    let input: Int
    let axis: Int
}

/// What an axis of a value stands for.
enum GraphAxis: Hashable {
    /// Batch or time, with the size where the file fixes it.
    case outer(AxisID, fixed: Int?)
    /// Of size 1, put in or left over.
    case one
    /// The two directions of an LSTM's Y.
    case directions
    /// States, one after another: see `StateRow`.
    case rows(Int)
    /// nil: the file does not say how many.
    case features(Int?)

    var size: GraphSize {
        switch self {
        case .outer(let id, let fixed): fixed.map(GraphSize.known) ?? .axis(id)
        case .one: .known(1)
        case .directions: .known(2)
        case .rows(let count): .known(count)
        case .features(let count): count.map(GraphSize.known) ?? .unknown
        }
    }
}

/// The last state that one direction of one LSTM node leaves.
struct StateRow: Hashable {
    enum Kind: Hashable { case h, c }

    let kind: Kind
    /// The LSTM's place in the chain.
    let element: Int
    let direction: Int
}

/// What a value is on the way to a layer that an exporter writes as several nodes.
///
/// All but the last are known of each row of a result while its normalisation is computed, in the order of the nodes.
enum LayerStep: Hashable {
    /// At least this much.
    case norm(least: Double)
    case mean, centered, squared, variance
    case shifted(eps: Double)
    case deviation(eps: Double)
    case gelu(GELUStep)
}

/// What a value is, besides its axes.
enum GraphContent: Hashable {
    /// A graph input as it came.
    case input(Int)
    /// Rows of a graph input that is a first state.
    case inputRows(Int, Range<Int>)
    /// What the chain's element with this identifier gives.
    case result(Int)
    case states([StateRow])
    /// A step on the way to a layer that an exporter writes as several nodes.
    case step(Int, LayerStep)
}

/// A value that depends on the model's input.
struct GraphSignal: Hashable {
    var content: GraphContent
    var axes: [GraphAxis]

    /// The axes that are not of size 1 by construction.
    var realAxes: [GraphAxis] { axes.filter { $0 != .one } }
}

enum GraphValue {
    /// Whole numbers, as shapes are computed with.
    case sizes([GraphSize], isScalar: Bool)
    case constant(TensorView)
    /// Every element the same; the shape where it is known.
    case filled(Double, [GraphSize]?)
    case signal(GraphSignal)
}
