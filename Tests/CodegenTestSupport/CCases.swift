// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMFiles
import LSTMIR

/// What `caseFile` wrote, as a C program reads it that `cProgram` wrote: 32-bit words, each list after its number of words.
public func cCases(_ model: DrawnModel, limit: Int = 5) throws -> [UInt8] {
    let file = try SafetensorsFile(try model.cases(limit: limit))
    let names = TypeNames(model.model, isEmbedded: true)
    func floats(_ name: String) -> [Float]? { file[name]?.floatSource?.floats() }
    var words = CWords()
    var number = 0
    while let meta = floats("\(number).meta")?.map({ Int($0) }) {
        let name = "\(number)"
        words.add(meta[0] == 2 ? 2 : 1)
        words.add(meta[1])
        let axes = meta[4]
        var steps = [Int](repeating: 1, count: axes)
        for (index, input) in model.model.inputs.enumerated() {
            let values = floats("\(name).input.\(index)") ?? []
            let axis = Int(floats("\(name).input.meta.\(index)")?[1] ?? -1)
            if axis >= 0 { steps[axis] = values.count / max(input.shape.count, 1) / meta[1] }
            words.add(values, integers: input.tokens != nil)
        }
        for axis in 0..<axes {
            words.add(steps[axis])
            words.add(floats("\(name).lengths.\(axis)"), integers: true)
        }
        for (place, index) in names.lstmIndices.enumerated() {
            words.add(floats("\(name).given.h.\(place)"), integers: false)
            if model.model.layers[index].operation.stateSlots.count > 1 {
                words.add(floats("\(name).given.c.\(place)"), integers: false)
            }
        }
        var place = 0
        for result in model.model.results where meta[0] != 2 || result.part == .output {
            let isInteger = result.part == .output && model.model.layers[result.layer].output.element == .integer
            words.add(floats("\(name).result.\(place)"), integers: isInteger)
            place += 1
        }
        number += 1
    }
    words.add(0)
    return words.bytes
}

private struct CWords {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ word: Int) { add(UInt32(truncatingIfNeeded: word)) }

    /// NULL where there is no list.
    mutating func add(_ list: [Float]?, integers: Bool) {
        guard let list else { return add(-1) }
        add(list.count)
        for value in list { add(integers ? UInt32(bitPattern: Int32(value)) : value.bitPattern) }
    }

    private mutating func add(_ word: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
}

/// A program of C11, and of C++17 as well, that holds models' functions to the cases that it is given.
///
/// It is told what `read_words` and `fail` are by what is included before it, so that machines without files run it, too.
public func cChecks(_ model: DrawnModel) -> String {
    CChecks(model: model.model, names: TypeNames(model.model, isEmbedded: model.model.weights?.placement != .file))
        .text(isEmbedded: model.model.weights?.placement != .file)
}

private struct CChecks {
    let model: Model
    let names: TypeNames

    private var prefix: String { names.cPrefix ?? "" }
    private var macro: String { prefix.uppercased() }

    func text(isEmbedded: Bool) -> String {
        let parts = names.lstmIndices.map { model.layers[$0].operation.stateSlots.count }.reduce(0, +)
        let axes = names.lengths.count
        let inputs = model.inputs.indices
        let handle = isEmbedded ? "" : "model, "
        var lines = ["#include \"\(model.specFileName.prefix { $0 != "." }).h\"", ""]
        lines.append("static void check_\(prefix)(struct words *file) {")
        if !isEmbedded {
            lines += [
                "    struct list weights = read_list(file);", "    \(prefix)_model *model = NULL;",
                "    expect(\(prefix)_model_open_bytes(weights.words, (size_t)weights.count * 4, &model) == 0, \"open\");",
                "    expect(\(prefix)_model_open_bytes(weights.words, 7, &model) == \(macro)_ERROR_WEIGHTS, \"bad bytes\");",
            ]
        }
        if names.canStream {
            lines.append(
                "    expect(\(prefix)_state_size() == \(macro)_STATE_SIZE && \(macro)_STATE_SIZE % 64 == 0, \"state size\");"
            )
        }
        lines += [
            "    for (uint32_t kind; (kind = read_word(file)) != 0;) {",
            "        const size_t batch = read_word(file);",
        ]
        for index in inputs { lines.append("        const struct list in\(index) = read_list(file);") }
        for axis in 0..<axes {
            lines.append("        const size_t steps\(axis) = read_word(file);")
            lines.append("        const struct list lengths\(axis) = read_list(file);")
        }
        for part in 0..<parts { lines.append("        const struct list given\(part) = read_list(file);") }
        if parts > 0 {
            lines.append(
                "        const int are_given = \((0..<parts).map { "given\($0).words != NULL" }.joined(separator: " || "));"
            )
        }
        lines.append("        if (kind == 1) {")
        let results = model.results.indices
        for index in results { lines.append("            const struct list out\(index) = read_list(file);") }
        for index in results {
            lines.append("            struct room room\(index) = make_room((size_t)out\(index).count * 4);")
            guard let steps = names.cSteps[index] else { continue }
            let result = model.layers[model.results[index].layer].output
            let axis = axisOf(result.steps)
            lines.append(
                "            expect(\(steps)(steps\(axis), batch, \(integers("lengths\(axis)"))) * batch * \(result.count) == out\(index).count, \"steps\");"
            )
        }
        let sizes = (0..<axes).map { "steps\($0)" } + ["batch"]
        lines.append(
            "            const size_t bytes = \(prefix)_workspace_size(\(handle)\(sizes.joined(separator: ", ")));")
        lines.append("            expect(bytes > 0 && bytes % 4 == 0, \"workspace size\");")
        lines.append("            struct room workspace = make_room(bytes);")
        let taken = inputs.map { isTokens($0) ? integers("in\($0)") : floats("in\($0)") }
        let lengths = (0..<axes).map { integers("lengths\($0)") }
        let given = (0..<parts).map { floats("given\($0)") }
        let written = results.map { "\(isInteger($0) ? "(int32_t *)" : "(float *)")room\($0).memory" }
        func call(_ end: String, _ more: [String]) -> String {
            let arguments = taken + sizes + lengths + more + written + ["workspace.memory"]
            return "\(prefix)_run\(end)(\(handle)\(arguments.joined(separator: ", ")))"
        }
        let run = parts == 0 ? call("", []) : "(are_given ? \(call("_from", given)) : \(call("", [])))"
        // The first run may be the program's first use of the weights, or of Swift's types.
        lines.append("            expect(\(run) == 0, \"first run\");")
        lines.append("            const size_t before = optimised_allocations();")
        lines.append("            expect(\(run) == 0, \"run\");")
        lines.append("            expect(optimised_allocations() == before, \"a run allocates\");")
        for index in results { lines.append("            compare(&room\(index), out\(index), \"result \(index)\");") }
        lines.append("            give_back(&workspace);")
        lines.append("        }")
        if names.canStream { lines += stream(parts: parts, handle: handle) }
        lines.append("    }")
        if !isEmbedded { lines.append("    \(prefix)_model_close(model);") }
        lines.append("}\n")
        return lines.joined(separator: "\n")
    }

    private func stream(parts: Int, handle: String) -> [String] {
        var lines = ["        if (kind == 2) {"]
        let stepped = model.results.indices.filter { model.results[$0].part == .output }
        for index in stepped {
            lines.append("            const struct list out\(index) = read_list(file);")
            lines.append("            struct room room\(index) = make_room((size_t)out\(index).count * 4);")
        }
        lines.append("            struct room state = make_room(\(macro)_STATE_SIZE);")
        let given = (0..<parts).map { ", " + floats("given\($0)") }.joined()
        let start = "\(prefix)_state_init(\(handle)state.memory)"
        let from = "\(prefix)_state_init_from(\(handle)state.memory\(given))"
        lines.append("            expect(\(parts > 0 ? "(are_given ? \(from) : \(start))" : start) == 0, \"init\");")
        // Convolutions allocate where they are not optimised.
        let hasConvolution = model.layers.contains { if case .conv1d = $0.operation { true } else { false } }
        let allocations = hasConvolution ? "optimised_allocations()" : "allocations()"
        lines.append("            const size_t before = \(allocations);")
        lines.append("            size_t row = 0;")
        lines.append("            for (size_t step = 0; step < steps0; step += 1) {")
        let taken = model.inputs.indices.map { index -> String in
            let count = model.inputs[index].shape.count
            let place = names.isStepped[index] ? " + step * \(max(count, 1))" : ""
            return isTokens(index) ? "*(\(integers("in\(index)"))\(place))" : floats("in\(index)") + place
        }
        let written = stepped.map { index -> String in
            let count = model.layers[model.results[index].layer].output.count
            return "\(isInteger(index) ? "(int32_t *)" : "(float *)")room\(index).memory + row * \(count)"
        }
        let arguments = ["state.memory"] + taken + written
        lines.append("                const int code = \(prefix)_step(\(handle)\(arguments.joined(separator: ", ")));")
        if names.delay > 0 {
            lines.append("                expect(code == (step < \(macro)_DELAY ? \(macro)_NO_RESULT : 0), \"step\");")
        } else {
            lines.append("                expect(code == 0, \"step\");")
        }
        lines += ["                if (code == 0) row += 1;", "            }", "            (void)row;"]
        lines.append("            expect(\(allocations) == before, \"a step allocates\");")
        for index in stepped {
            lines.append("            compare(&room\(index), out\(index), \"step result \(index)\");")
        }
        lines += ["            give_back(&state);", "        }"]
        return lines
    }

    private func isTokens(_ index: Int) -> Bool { model.inputs[index].tokens != nil }

    private func isInteger(_ index: Int) -> Bool {
        let result = model.results[index]
        return result.part == .output && model.layers[result.layer].output.element == .integer
    }

    private func floats(_ list: String) -> String { "(const float *)\(list).words" }
    private func integers(_ list: String) -> String { "(const int32_t *)\(list).words" }

    /// The given axis that steps follow from.
    private func axisOf(_ steps: Steps?) -> Int {
        var axes: [Steps] = []
        for steps in model.inputs.compactMap(\.shape.steps) where !axes.contains(steps) { axes.append(steps) }
        return axes.firstIndex { $0.root == steps?.root } ?? 0
    }
}
