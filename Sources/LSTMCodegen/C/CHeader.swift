// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// The C header of a generated type; nil where its name has letters that C's names have not.
///
/// A function of its arguments alone, as `swiftSource` is, which writes what it declares where the options say so.
///
/// - weightsInFile: as for the type.
public func cHeader(for model: Model, weightsInFile: Bool, options: SourceOptions) -> String? {
    let plan = TypePlan(model, weights: weightsInFile ? nil : EmbeddedWeights([]), options: options)
    guard let entries = CEntryPoints(plan) else { return nil }
    var printer = CodePrinter()
    entries.printHeader(&printer)
    return printer.text
}

/// Every name that the model's header gives out, functions and macros; nil where it can have none.
public func cIdentifiers(of model: Model, weightsInFile: Bool) -> [String]? {
    let plan = TypePlan(
        model, weights: weightsInFile ? nil : EmbeddedWeights([]),
        options: SourceOptions(toolVersion: "", fingerprint: ""))
    guard let entries = CEntryPoints(plan) else { return nil }
    return entries.functions.map(\.name) + entries.macros.map(\.name) + [entries.names.macro("LSTMC_H")]
        + (weightsInFile ? ["\(entries.names.prefix)_model"] : [])
}

extension CEntryPoints {
    fileprivate typealias Macro = (name: String, value: String, text: String)

    /// In the order of the header.
    fileprivate var macros: [Macro] {
        var macros: [Macro] = []
        for (index, input) in plan.inputs.enumerated() {
            let name = names.inputs[index]
            let text =
                input.isTokens
                ? "Token ids of \(name) are less than this."
                : "The floats of one \(input.hasTime ? "step" : "sequence") of \(name)."
            macros.append((names.macro(names.inputSizes[index]), "\(input.input.tokens ?? input.count)", text))
        }
        for (index, result) in plan.results.enumerated() {
            let kind = result.isInteger ? "integers" : "floats"
            let text: String
            if case .state(let slot) = result.result.part {
                let states = result.layer.operation.stateSlots[slot].states
                text = "The floats of \(states == 1 ? "the state" : "each of the \(states) states") of a sequence in "
            } else {
                text = "The \(kind) of one \(result.steps == nil ? "sequence" : "step") of "
            }
            macros.append((names.macro(names.resultSizes[index]), "\(result.count)", text + names.results[index] + "."))
        }
        if plan.canStream {
            macros.append((names.macro("STATE_SIZE"), "\(stateBytes)", "The bytes of a stream's state."))
            if let delayed = plan.delayed {
                macros.append(
                    (names.macro("DELAY"), "\(delayed.delay)", "The first steps of a stream, which have no result."))
            }
        }
        macros.append((names.macro("ALIGNMENT"), "64", "A state and a workspace begin at a multiple of so many bytes."))
        return macros + statuses
    }

    private var statuses: [Macro] {
        let hasTokens = plan.inputs.contains(where: \.isTokens)
        let takesSteps =
            plan.axes.contains { root(of: $0) }
            || plan.whole.calls.contains { call in
                plan.model.layers[call.layer].operation.selectedStep != nil
            }
        let all: [(Bool, String, Int, String)] = [
            (plan.delayed != nil, "NO_RESULT", 1, "The step is taken, and has no result yet."),
            (true, "ERROR_NULL", -1, "A pointer is NULL that must not be."),
            (true, "ERROR_ALIGNMENT", -2, "The state or the workspace is not aligned."),
            (
                true, "ERROR_SIZE", -3,
                "A number of steps or sequences is 0, or an address cannot reach what they need."
            ),
            (!givenAxes.isEmpty, "ERROR_LENGTH", -4, "A length is 0, or more than the steps."),
            (hasTokens, "ERROR_TOKEN", -5, "A token id is not in its range."),
            (
                plan.hasPadding, "ERROR_PADDING", -6,
                "A sequence has padding inside, or is padding alone, or inputs have it at different places."
            ),
            (takesSteps, "ERROR_STEPS", -7, "A sequence has not the steps that a layer takes."),
            (plan.weights == nil, "ERROR_FILE", -8, "The file cannot be read."),
            (plan.weights == nil, "ERROR_WEIGHTS", -9, "The file is not one of this model's weights."),
        ]
        return all.filter(\.0).map { (names.macro($0.1), $0.2 < 0 ? "(\($0.2))" : "\($0.2)", $0.3) }
    }

    /// Whether a layer makes the axis of a given one.
    private func root(of axis: TypePlan.AxisPlace) -> Bool {
        switch axis.origin {
        case .inputs, .fixed: false
        case .slice, .windows: true
        }
    }

    fileprivate func printHeader(_ printer: inout CodePrinter) {
        let guardName = names.macro("LSTMC_H")
        printer.print(
            """
            // Generated by lstmc \(plan.options.toolVersion) from \(printable(plan.model.specFileName)). Do not edit: change the spec and generate it again.

            #ifndef \(guardName)
            #define \(guardName)

            """)
        if let summary = plan.model.summary {
            for line in wrapped(printable(summary), width: 116) { printer.print("// " + line) }
            printer.print("//")
        }
        for line in wrapped(overview, width: 116) { printer.print("// " + line) }
        printer.print("\n#include <stddef.h>\n#include <stdint.h>\n")
        for macro in macros {
            for line in wrapped(macro.text, width: 116) { printer.print("/// " + line) }
            printer.print("#define \(macro.name) \(macro.value)")
        }
        printer.print("\n#ifdef __cplusplus\nextern \"C\" {\n#endif")
        if plan.weights == nil {
            printer.print()
            printer.print("/// The model with its weights, which any number of threads may use at once.")
            printer.print("typedef struct \(names.prefix)_model \(names.prefix)_model;")
        }
        for function in functions { function.printDeclaration(&printer) }
        printer.print("\n#ifdef __cplusplus\n}\n#endif\n\n#endif")
    }

    private var overview: String {
        var text =
            "The functions return 0 where they did what is asked for. After an error, which is less than 0, what they write is of "
            + "no use, and a stream's state is as it was. Any number of threads may call them, each with a state and a workspace "
            + "of its own."
        if plan.weights != nil { text += " The first call unpacks the weights, once for the program." }
        if plan.canStream {
            text += " A state belongs to this version of the model: its size and its contents may change with the spec."
        } else {
            text += " The model does not stream: it takes whole sequences."
        }
        return text
    }

    // MARK: The generated source

    /// What the header declares.
    func printSource(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("// MARK: - The functions of the C header")
        let functions = functions
        plan.printExtension(&printer) { printer in
            if plan.weights == nil { printHandle(&printer) }
            for (index, function) in functions.enumerated() {
                if index > 0 { printer.print() }
                function.printBody(&printer)
            }
        }
        for function in functions { function.printEntry(of: plan.typeName, plan.access, &printer) }
    }

    /// What is behind the pointer that C has of a model.
    private func printHandle(_ printer: inout CodePrinter) {
        printer.print(
            """
            private init(_ layers: Layers) { self.layers = layers }

            private static func cModel(_ weights: Swift.OpaquePointer?) throws(LSTMRuntime.CStatus) -> Self {
                guard let weights else { throw .null }
                return Self(
                    Swift.Unmanaged<Layers>.fromOpaque(Swift.UnsafeRawPointer(weights)).takeUnretainedValue())
            }

            private static func cHandle(_ layers: Layers) -> Swift.OpaquePointer {
                Swift.OpaquePointer(Swift.Unmanaged.passRetained(layers).toOpaque())
            }

            """)
    }

    /// Opening and closing a model whose weights are in a file.
    var files: [CFunction] {
        guard plan.weights == nil else { return [] }
        let name = names.prefix + "_model"
        let made = CParameter(
            name: "model", cType: "\(name) **", local: "model",
            swiftType: "Swift.UnsafeMutablePointer<Swift.OpaquePointer?>?",
            text: "where the model's address goes; unchanged after an error.")
        let path = CParameter(
            name: "path", cType: "const char *", local: "path", swiftType: "Swift.UnsafePointer<Swift.CChar>?",
            text: "of a safetensors file, in UTF-8.")
        let bytes = CParameter(
            name: "bytes", cType: "const void *", local: "bytes", swiftType: "Swift.UnsafeRawPointer?",
            text: "of a safetensors file; copied.")
        let closed = CParameter(
            name: "model", cType: "\(name) *", local: "model", swiftType: "Swift.OpaquePointer?",
            text: "one that no call uses any more; NULL is nothing to do.")
        func open(_ file: String, _ pointer: String) -> (inout CodePrinter) -> Void {
            return { printer in
                printer.print(
                    """
                    guard let \(pointer), let model else { throw .null }
                    do throws(WeightsError) {
                        model.pointee = cHandle(try Layers(WeightFile(\(file))))
                    } catch { throw LSTMRuntime.CStatus(error) }
                    """)
            }
        }
        var ofPath = CFunction(
            "\(name)_open", "cOpen", .status, [path, made], ["Reads the model's weights. Not in Embedded Swift."],
            body: open("contentsOf: Swift.String(cString: path)", "path"))
        ofPath.needsFiles = true
        return [
            ofPath,
            CFunction(
                "\(name)_open_bytes", "cOpenBytes", .status,
                [bytes, .count("count", "count", "how many bytes there are."), made],
                ["Reads the model's weights from a file's bytes."],
                body: open(
                    "[Swift.UInt8](Swift.UnsafeRawBufferPointer(start: bytes, count: Swift.max(count, 0)))", "bytes")),
            CFunction(
                "\(name)_close", "cClose", .nothing, [closed], ["Gives back the memory of a model."]
            ) { printer in
                printer.print(
                    """
                    guard let model else { return }
                    Swift.Unmanaged<Layers>.fromOpaque(Swift.UnsafeRawPointer(model)).release()
                    """)
            },
        ]
    }
}
