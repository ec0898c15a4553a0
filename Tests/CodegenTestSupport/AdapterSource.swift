// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMIR

/// Swift source that makes a generated type a `ModelUnderTest`.
public func adapterSource(for model: Model) -> String {
    let isEmbedded = model.weights?.placement != .file
    let names = TypeNames(model, isEmbedded: isEmbedded)
    let adapter = Adapter(model: model, names: names, isEmbedded: isEmbedded)
    return """
        extension \(model.name): \(names.canStream ? "Streaming" : "")ModelUnderTest {
            public static func load(_ weights: [UInt8]) throws -> Self { \(isEmbedded ? "Self()" : "try Self(weights: weights)") }

            public func run(
                _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
            ) throws -> [[Float]] {
                guard let batch else {
                    let r = try self(\(adapter.input)\(adapter.initial))
                    return [\(adapter.results)]
                }
                let r = try self(\(adapter.input), batch: batch, lengths: lengths\(adapter.initial))
                return [\(adapter.results)]
            }
        \(names.canStream ? adapter.streaming : "")}

        """
}

private struct Adapter {
    let model: Model
    let names: TypeNames
    let isEmbedded: Bool

    var isTokens: Bool { if case .tokens = model.input { true } else { false } }
    var input: String { isTokens ? "input.ids" : "input.x" }

    var initial: String {
        switch names.lstms.count {
        case 0: ""
        case 1: ", initial: initial[0]"
        default: ", initial: Initial(\(states("initial")))"
        }
    }

    private func states(_ list: String) -> String {
        names.lstms.enumerated().map { "\($1): \(list)[\($0)]" }.joined(separator: ", ")
    }

    var results: String {
        names.results.count == 1 ? "r" : names.results.map { "r.\($0)" }.joined(separator: ", ")
    }

    var streaming: String {
        """

            public func start(_ initial: [LSTMState?]) throws -> State {
        \(start)
            }

            public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        \(step)
            }

            public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
                \(process)
            }

            public static func parts(of state: State) -> [LSTMState] { [\(parts)] }

        """
    }

    private var start: String {
        let empty = names.stateNeedsFile ? "initialState" : "State()"
        switch names.lstms.count {
        case 0: return "        \(empty)"
        case 1: return "        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? \(empty)"
        default:
            return """
                        if initial.allSatisfy({ $0 == nil }) { return \(empty) }
                        return try State(\(states("initial")))
                """
        }
    }

    private var step: String {
        var lines = isTokens ? [] : ["let frame = input.x[...]"]
        for (index, result) in names.stepped.enumerated() {
            let size = model.results.filter { $0.part == .output }[index].size(
                in: model.layers[
                    model.results.filter { $0.part == .output }[index].layer])
            lines.append("var \(result)Array = ContiguousArray<Float>(repeating: .nan, count: \(size))")
            lines.append("var \(result)Span = \(result)Array.mutableSpan")
        }
        let spans = names.stepped.enumerated().map { "\($0 == 0 ? "into: " : "")&\($1)Span" }
        let frame = isTokens ? "input.ids[0]" : "frame.span"
        lines.append("step(\(([frame, "state: &state"] + spans).joined(separator: ", ")))")
        lines.append("return [\(names.stepped.map { "Array(\($0)Array)" }.joined(separator: ", "))]")
        return lines.map { "        " + $0 }.joined(separator: "\n")
    }

    private var process: String {
        let call = "try process(\(input), state: &state)"
        switch names.stepped.count {
        case 0: return "\(call)\n        return []"
        case 1: return "[\(call)]"
        default:
            let parts = names.stepped.map { "r.\($0)" }.joined(separator: ", ")
            return "let r = \(call)\n        return [\(parts)]"
        }
    }

    private var parts: String {
        switch names.lstms.count {
        case 0: ""
        case 1: "LSTMState(h: state.h, c: state.c)"
        default: names.lstms.map { "state.\($0)" }.joined(separator: ", ")
        }
    }
}
