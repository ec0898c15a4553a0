// SPDX-License-Identifier: Apache-2.0

/// The last state that one direction of one recurrent node leaves.
struct StateRow: Hashable {
    enum Kind: Hashable { case h, c }

    let kind: Kind
    /// The recurrent node's element.
    let element: Int
    let direction: Int
}

/// Where a value comes from.
enum GraphSource: Hashable {
    /// A graph input.
    case input(Int)
    /// A part of a graph input that is a first state: of each axis, the indices, or all.
    case firstState(Int, [Range<Int>?])
    /// What an element gives.
    case element(Int)
    /// Last states, one after another.
    case states([StateRow])

    var isInput: Bool { if case .input = self { true } else { false } }
    var element: Int? { if case .element(let id) = self { id } else { nil } }
}

/// A value that depends on the model's inputs: where it comes from, and what each of the tensor's axes is.
///
/// So a Transpose or Reshape only changes axes; what a layer needs of them is put in order where it takes the value.
struct GraphSignal: Hashable {
    var source: GraphSource
    /// Of each axis, the atoms it is made of, outermost first; none for an axis of size 1 that was put in.
    var dims: [[Atom]]
    /// What a step of the source holds, outermost first.
    var order: [Atom]
}

enum GraphValue {
    /// Whole numbers, as shapes are computed with.
    case sizes([GraphSize], isScalar: Bool)
    case constant(TensorView)
    /// Every element the same; the shape where it is known.
    case filled(Double, [GraphSize]?)
    case signal(GraphSignal)
    /// What a node would give that has been reported.
    case missing
}
