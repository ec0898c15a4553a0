// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// An argument as both languages see it.
struct CParameter {
    /// In C.
    let name: String
    let cType: String
    /// Inside the Swift function.
    let local: String
    let swiftType: String
    /// What it is; nil for what the function's own words speak of.
    var text: String?

    /// `const float *x`: a star stands at the name.
    var declaration: String { cType.hasSuffix("*") ? cType + name : "\(cType) \(name)" }
}

extension CParameter {
    static func count(_ name: String, _ local: String, _ text: String? = nil) -> Self {
        Self(name: name, cType: "size_t", local: local, swiftType: "Swift.Int", text: text)
    }

    /// Memory that is read.
    static func read(_ name: String, _ local: String, integers: Bool = false, _ text: String? = nil) -> Self {
        Self(
            name: name, cType: integers ? "const int32_t *" : "const float *", local: local,
            swiftType: "Swift.UnsafePointer<\(integers ? "Swift.Int32" : "Swift.Float")>?", text: text)
    }

    /// Memory that is written.
    static func written(_ name: String, _ local: String, integers: Bool = false, _ text: String? = nil) -> Self {
        Self(
            name: name, cType: integers ? "int32_t *" : "float *", local: local,
            swiftType: "Swift.UnsafeMutablePointer<\(integers ? "Swift.Int32" : "Swift.Float")>?", text: text)
    }

    /// A state or a workspace.
    static func memory(_ name: String, _ text: String? = nil) -> Self {
        Self(name: name, cType: "void *", local: name, swiftType: "Swift.UnsafeMutableRawPointer?", text: text)
    }
}

/// A function of the header, and of the generated source that it declares.
struct CFunction {
    /// What it gives.
    enum Result {
        /// 0 or a code, of what the Swift function throws.
        case status
        case size
        case nothing
    }

    /// In C, whole.
    let name: String
    /// The static function that does it.
    let local: String
    let result: Result
    let parameters: [CParameter]
    /// Paragraphs.
    let text: [String]
    /// What the Swift function does.
    let body: (inout CodePrinter) -> Void
    /// Whether Embedded Swift has not what it takes.
    var needsFiles = false

    init(
        _ name: String, _ local: String, _ result: Result, _ parameters: [CParameter], _ text: [String],
        body: @escaping (inout CodePrinter) -> Void
    ) {
        (self.name, self.local, self.result, self.parameters) = (name, local, result, parameters)
        (self.text, self.body) = (text, body)
    }

    // MARK: C

    func printDeclaration(_ printer: inout CodePrinter) {
        printer.print()
        for (index, paragraph) in text.enumerated() {
            if index > 0 { printer.print("///") }
            for line in wrapped(paragraph, width: 116) { printer.print("/// " + line) }
        }
        let described = parameters.filter { $0.text != nil }
        if !described.isEmpty { printer.print("///") }
        for parameter in described {
            for (index, line) in wrapped("\(parameter.name): \(parameter.text ?? "")", width: 114).enumerated() {
                printer.print("/// " + (index == 0 ? "" : "  ") + line)
            }
        }
        let type = result == .status ? "int" : result == .size ? "size_t" : "void"
        printer.list("\(type) \(name)", parameters.isEmpty ? ["void"] : parameters.map(\.declaration), ";")
    }

    // MARK: Swift

    /// The static function, which speaks of what the type has.
    func printBody(_ printer: inout CodePrinter) {
        let tail =
            switch result {
            case .status: " throws(LSTMRuntime.CStatus)"
            case .size: " -> Swift.Int"
            case .nothing: ""
            }
        guarded(&printer) { printer in
            printer.function("fileprivate static func \(local)", swiftParameters, tail, body)
        }
    }

    /// The function that C sees.
    func printEntry(of type: String, _ access: String, _ printer: inout CodePrinter) {
        printer.print()
        // An argument of the type's name would hide it.
        var names = NamePool([type.replacing("`", with: "")])
        let arguments = parameters.map { names.unique($0.local) }
        let taken = zip(arguments, parameters).map { "_ \($0): \($1.swiftType)" }
        let call = "\(type).\(local)"
        guarded(&printer) { printer in
            printer.print("/// As its header says.")
            printer.print("@_cdecl(\"\(name)\")")
            let tail = result == .status ? " -> Swift.Int32" : result == .size ? " -> Swift.Int" : ""
            printer.function("\(access)func \(name)", taken, tail) { printer in
                guard result == .status else { return printer.list(call, arguments) }
                printer.closures(["LSTMRuntime.CStatus.of { () throws(LSTMRuntime.CStatus) in"]) { printer in
                    printer.list("try \(call)", arguments)
                }
            }
        }
    }

    private var swiftParameters: [String] { parameters.map { "_ \($0.local): \($0.swiftType)" } }

    private func guarded(_ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void) {
        if needsFiles { printer.print("#if !hasFeature(Embedded)") }
        body(&printer)
        if needsFiles { printer.print("#endif") }
    }
}
