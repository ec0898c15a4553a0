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
                _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
            ) throws -> [[Float]] {
                guard let batch else {
                    let r = try self(\(adapter.input)\(adapter.initial), threads: threads)
                    return [\(adapter.results)]
                }
                let r = try self(\(adapter.input), batch: batch\(adapter.lengths)\(adapter.initial), threads: threads)
                return [\(adapter.results)]
            }
        \(names.canStream ? adapter.streaming : "")}

        """
}

private struct Adapter {
    let model: Model
    let names: TypeNames
    let isEmbedded: Bool

    private func isTokens(_ index: Int) -> Bool { model.inputs[index].tokens != nil }

    private func labelled(_ index: Int, _ value: String) -> String {
        names.inputs[index].map { "\($0): \(value)" } ?? value
    }

    /// The arrays of the inputs.
    var input: String {
        names.inputs.indices.map { labelled($0, "input[\($0)].\(isTokens($0) ? "ids" : "x")") }.joined(separator: ", ")
    }

    var lengths: String { names.lengths.enumerated().map { ", \($1): lengths[\($0)]" }.joined() }

    var initial: String {
        switch names.lstms.count {
        case 0: ""
        case 1: ", initial: \(state(0, "initial"))"
        default: ", initial: Initial(\(states("initial")))"
        }
    }

    /// True where the recurrent layer of this number has a state beside h.
    private func hasC(_ number: Int) -> Bool { model.layers[names.lstmIndices[number]].operation.stateSlots.count > 1 }

    /// An entry of a list of states, of the type that its layer has.
    private func state(_ number: Int, _ list: String) -> String {
        "\(list)[\(number)]" + (hasC(number) ? "" : ".map { HiddenState(h: $0.h) }")
    }

    private func states(_ list: String) -> String {
        names.lstms.enumerated().map { "\($1): \(state($0, list))" }.joined(separator: ", ")
    }

    /// A result as floats.
    private func floats(_ value: String, of result: Model.Result) -> String {
        model.shape(of: result.value).element == .integer ? "\(value).map { Float($0) }" : value
    }

    var results: String {
        let values = names.results.count == 1 ? ["r"] : names.results.map { "r.\($0)" }
        return zip(values, model.results).map { floats($0, of: $1) }.joined(separator: ", ")
    }

    /// The results that have a value at each step.
    private var stepped: [(name: String, result: Model.Result)] {
        Array(zip(names.stepped, model.results.filter { $0.part == .output }))
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

            public func process(
                _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
            ) -> [[Float]] {
        \(processInMemory)
            }

            public static func parts(of state: State) -> [LSTMState] { [\(parts)] }

            public func pool(capacity: Int) -> PoolUnderTest<State> {
                let box = PoolBox(streamPool(capacity: capacity))
                return PoolUnderTest(
                    join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
                    leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
                    ids: { box.pool.ids }
                ) { input, streams, call in
        \(poolStep)
                }
            }

        """
    }

    private var start: String {
        let empty = names.stateNeedsFile ? "initialState" : "State()"
        switch names.lstms.count {
        case 0: return "        \(empty)"
        case 1 where names.hasOneState:
            return "        try initial[0].map { try State(h0: $0.h\(hasC(0) ? ", c0: $0.c" : "")) } ?? \(empty)"
        default:
            return """
                        if initial.allSatisfy({ $0 == nil }) { return \(empty) }
                        return try State(\(states("initial")))
                """
        }
    }

    private var step: String {
        var lines = names.inputs.indices.filter { !isTokens($0) }.map { "let frame\($0) = input[\($0)].x[...]" }
        for (name, result) in stepped {
            let shape = model.shape(of: result.value)
            let (type, value) = shape.element == .integer ? ("Int32", "-1") : ("Float", ".nan")
            lines.append("var \(name)Array = ContiguousArray<\(type)>(repeating: \(value), count: \(shape.count))")
            lines.append("var \(name)Span = \(name)Array.mutableSpan")
        }
        let frames = names.inputs.indices.map {
            labelled($0, isTokens($0) ? "input[\($0)].ids[0]" : "frame\($0).span")
        }
        let spans = names.stepped.enumerated().map { "\($0 == 0 ? "into: " : "")&\($1)Span" }
        let call = "step(\((frames + ["state: &state"] + spans).joined(separator: ", ")))"
        let nothing = stepped.map { _ in "[]" }.joined(separator: ", ")
        lines.append(names.delay == 0 ? call : "guard \(call) else { return [\(nothing)] }")
        let values = stepped.map { floats("Array(\($0.name)Array)", of: $0.result) }
        lines.append("return [\(values.joined(separator: ", "))]")
        return lines.map { "        " + $0 }.joined(separator: "\n")
    }

    private var process: String {
        let call = "try process(\(input), state: &state)"
        switch names.stepped.count {
        case 0: return "\(call)\n        return []"
        case 1: return "[\(floats(call, of: stepped[0].result))]"
        default:
            let parts = stepped.map { floats("r.\($0.name)", of: $0.result) }.joined(separator: ", ")
            return "let r = \(call)\n        return [\(parts)]"
        }
    }

    private var processInMemory: String {
        var lines = ["let steps = input.steps"]
        let buffers = names.inputs.indices.filter { model.inputs[$0].shape.hasTime || !isTokens($0) }
        for index in buffers {
            lines.append("let input\(index) = Memory(input[\(index)].\(isTokens(index) ? "ids" : "x"))")
        }
        for (index, (_, result)) in stepped.enumerated() {
            let shape = model.shape(of: result.value)
            let value = shape.element == .integer ? "-1 as Int32" : ".nan as Float"
            let count = shape.count == 1 ? "steps" : "steps * \(shape.count)"
            if let pair = names.inPlace, pair.result == index {
                lines.append(
                    "let result\(index) = Memory(repeating: \(value), count: \(count), in: form == .inPlace ? input\(pair.input) : nil)"
                )
            } else {
                lines.append("let result\(index) = Memory(repeating: \(value), count: \(count))")
            }
        }
        lines.append(names.delay == 0 ? "let rows = steps" : "var rows = 0")
        let rows = names.delay == 0 ? "" : "rows = "
        func given(_ suffix: String) -> [String] {
            names.inputs.indices.map { index in
                labelled(index, buffers.contains(index) ? "input\(index).\(suffix)" : "input[\(index)].ids[0]")
            } + ["state: &state"]
        }
        func written(_ value: (Int) -> String) -> [String] {
            stepped.indices.map { ($0 == 0 ? "into: " : "") + value($0) }
        }
        let spans = stepped.indices.map { "var span\($0) = result\($0).mutable.mutableSpan; " }.joined()
        lines += [
            "call {",
            "    if form == .spans {",
            "        \(spans)\(rows)process(\((given("buffer.span") + written { "&span\($0)" }).joined(separator: ", ")))",
            "    } else {",
            "        \(rows)process(\((given("buffer") + written { "result\($0).mutable" }).joined(separator: ", ")))",
            "    }",
            "}",
        ]
        let values = stepped.enumerated().map { index, entry in
            let count = model.shape(of: entry.result.value).count
            return "result\(index).floats(rows\(count == 1 ? "" : " * \(count)"))"
        }
        lines.append(values.isEmpty ? "_ = rows" : "")
        lines.append("return [\(values.joined(separator: ", "))]")
        return lines.filter { !$0.isEmpty }.map { "        " + $0 }.joined(separator: "\n")
    }

    /// A step of many streams: on arrays, or on spans where there is a `call` to run it.
    private var poolStep: String {
        let given = input + ", of: streams"
        let flags = names.delay == 0 ? "streams.map { _ in true }" : "r.hasResult"
        var lines = ["guard let call else {"]
        switch stepped.count {
        case 0: lines += ["    try box.pool.step(\(given))", "    return ([], \(flags))"]
        case 1:
            let value = floats(names.delay == 0 ? "r" : "r.results", of: stepped[0].result)
            lines += ["    let r = try box.pool.step(\(given))", "    return ([\(value)], \(flags))"]
        default:
            let root = names.delay == 0 ? "r" : "r.results"
            let values = stepped.map { floats("\(root).\($0.name)", of: $0.result) }.joined(separator: ", ")
            lines += ["    let r = try box.pool.step(\(given))", "    return ([\(values)], \(flags))"]
        }
        lines.append("}")
        for index in names.inputs.indices {
            lines.append("let input\(index) = Memory(input[\(index)].\(isTokens(index) ? "ids" : "x"))")
        }
        lines.append("let ids = Memory(streams)")
        for (index, (_, result)) in stepped.enumerated() {
            let shape = model.shape(of: result.value)
            let value = shape.element == .integer ? "-1 as Int32" : ".nan as Float"
            lines.append("let result\(index) = Memory(repeating: \(value), count: streams.count * \(shape.count))")
        }
        if names.delay > 0 { lines.append("let flags = Memory(repeating: false, count: streams.count)") }
        let spans = stepped.indices.map { "var span\($0) = result\($0).mutable.mutableSpan; " }.joined()
        var arguments = names.inputs.indices.map { labelled($0, "input\($0).buffer.span") } + ["of: ids.buffer.span"]
        arguments += stepped.indices.map { ($0 == 0 ? "into: " : "") + "&span\($0)" }
        if names.delay > 0 { arguments.append("&flagSpan") }
        lines += [
            "call {",
            "    \(spans)\(names.delay > 0 ? "var flagSpan = flags.mutable.mutableSpan; " : "")box.pool.step(\(arguments.joined(separator: ", ")))",
            "}",
        ]
        let values = stepped.enumerated().map { index, entry in
            "result\(index).floats(streams.count * \(model.shape(of: entry.result.value).count))"
        }
        let which = names.delay == 0 ? "streams.map { _ in true }" : "Array(flags.buffer)"
        lines.append("return ([\(values.joined(separator: ", "))], \(which))")
        return lines.map { "            " + $0 }.joined(separator: "\n")
    }

    private var parts: String {
        switch names.lstms.count {
        case 0: ""
        case 1 where names.hasOneState: "LSTMState(h: state.h, c: \(hasC(0) ? "state.c" : "[]"))"
        default:
            names.lstms.enumerated().map { hasC($0) ? "state.\($1)" : "LSTMState(h: state.\($1).h, c: [])" }
                .joined(separator: ", ")
        }
    }
}
