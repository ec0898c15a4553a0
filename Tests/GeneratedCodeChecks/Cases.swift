// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// One run with what it must give, out of a file that holds many.
struct Case {
    enum Kind: Int { case one, batch, stream }

    let name: String
    let kind: Kind
    let input: ModelInput
    let batch: Int
    let lengths: [Int]?
    let initial: [LSTMState?]
    /// The results, for `stream` those of every step.
    let results: [[Float]]
    /// The states after a stream's last step.
    let last: [LSTMState]
}

/// The cases that `caseFile` (CodegenTestSupport) wrote: tensors `0.meta`, `0.x`, `0.result.0` and so on, all floats.
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
    var cases: [Case] = []
    while let meta = floats("\(cases.count).meta") {
        let name = "\(cases.count)"
        let x = floats(name + ".x") ?? []
        let given = states(name + ".given")
        let input =
            meta[1] == 0
            ? ModelInput(ids: x.map { Int32($0) }) : ModelInput(x: x, stepSize: Int(meta[1]))
        cases.append(
            Case(
                name: name, kind: Case.Kind(rawValue: Int(meta[0])) ?? .one, input: input, batch: Int(meta[2]),
                lengths: floats(name + ".lengths").map { $0.map { Int($0) } },
                initial: given.isEmpty ? Array(repeating: nil, count: Int(meta[3])) : given,
                results: list(name + ".result"), last: states(name + ".last")))
    }
    return cases
}
