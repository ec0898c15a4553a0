// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime

/// One run with what it must give, out of a file that holds many.
struct Case {
    enum Kind: Int { case one, batch, stream }

    let name: String
    let kind: Kind
    let input: ModelInput
    let batch: Int
    /// By given time axis.
    let lengths: [[Int]?]
    /// True where paddings say how long sequences are, if no lengths do.
    let isPadded: Bool
    let initial: [LSTMState?]
    /// The results, for `stream` those of every step.
    let results: [[Float]]
    /// The states after a stream's last step.
    let last: [LSTMState]

    /// The lengths of one sequence, given although they say nothing new; not where they would win over paddings.
    var fullLengths: [[Int]?] {
        lengths.indices.map { axis in
            isPadded ? nil : input.parts.first { $0.axis == axis }.map { [$0.steps] }
        }
    }

    /// The same lengths for every axis.
    func lengths(_ all: [Int]) -> [[Int]?] { lengths.map { _ in all } }
}

/// The cases that `caseFile` (CodegenTestSupport) wrote: tensors `0.meta`, `0.input.0`, `0.result.0` and so on, all floats.
func readCases(_ bytes: [UInt8]) throws -> [Case] {
    let file = try SafetensorsFile(bytes)
    func floats(_ name: String) -> [Float]? { file[name]?.floatSource?.floats() }
    func list(_ name: String) -> [[Float]] {
        var lists: [[Float]] = []
        while let next = floats("\(name).\(lists.count)") { lists.append(next) }
        return lists
    }
    func states(_ name: String) -> [LSTMState] {
        zip(list(name + ".h"), list(name + ".c")).map { LSTMState(h: $0, c: $1) }
    }
    func part(_ name: String, _ index: Int) -> ModelInput.Part {
        let (values, meta) = (floats("\(name).input.\(index)") ?? [], floats("\(name).input.meta.\(index)") ?? [0, -1])
        let axis = meta[1] < 0 ? nil : Int(meta[1])
        return meta[0] == 0
            ? ModelInput.Part(ids: values.map { Int32($0) }, stepSize: 0, axis: axis)
            : ModelInput.Part(x: values, stepSize: Int(meta[0]), axis: axis)
    }
    var cases: [Case] = []
    while let meta = floats("\(cases.count).meta")?.map({ Int($0) }) {
        let name = "\(cases.count)"
        let given = states(name + ".given")
        cases.append(
            Case(
                name: name, kind: Case.Kind(rawValue: meta[0]) ?? .one,
                input: ModelInput(parts: (0..<meta[3]).map { part(name, $0) }), batch: meta[1],
                lengths: (0..<meta[4]).map { axis in floats("\(name).lengths.\(axis)").map { $0.map { Int($0) } } },
                isPadded: meta[5] == 1, initial: given.isEmpty ? Array(repeating: nil, count: meta[2]) : given,
                results: list(name + ".result"), last: states(name + ".last")))
    }
    return cases
}
