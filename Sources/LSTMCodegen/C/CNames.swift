// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What C calls things of a generated type.
struct CNames {
    /// `guitar_amp` of `GuitarAmp`; a function is called `guitar_amp_step`.
    let prefix: String
    /// The inputs as arguments, in the spec's order.
    let inputs: [String]
    /// The steps and the lengths of each given time axis.
    let steps: [String]
    let lengths: [String]
    /// The results as arguments, in the spec's order.
    let results: [String]
    /// The parts of the states that a caller may give, in the spec's order, each layer's side by side.
    let initial: [[String]]
    /// The parts of every state that a stream carries on.
    let states: [[String]]
    /// Macros for the sizes of inputs and results, in their order.
    let inputSizes: [String]
    let resultSizes: [String]

    /// The words that C, C++ and their headers keep, and those of the functions themselves.
    private static let reserved: Set<String> = [
        "alignas", "alignof", "and", "and_eq", "asm", "assert", "auto", "bitand", "bitor", "bool", "break", "case",
        "catch", "char", "class", "compl", "complex", "concept", "const", "consteval", "constexpr", "constinit",
        "const_cast", "continue", "co_await", "co_return", "co_yield", "decltype", "default", "delete", "do", "double",
        "dynamic_cast", "else", "enum", "errno", "explicit", "export", "extern", "false", "far", "float", "for",
        "friend",
        "goto", "i386", "if", "imaginary", "inline", "int", "interface", "linux", "long", "math_errhandling", "mutable",
        "namespace", "near", "new", "noexcept", "noreturn", "not", "not_eq", "nullptr", "offsetof", "operator", "or",
        "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return",
        "setjmp", "short", "signed", "sizeof", "small", "static", "static_assert", "static_cast", "stderr", "stdin",
        "stdout", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid",
        "typename", "typeof", "union", "unix", "unsigned", "using", "va_arg", "va_end", "va_start", "virtual", "void",
        "volatile", "wchar_t", "while", "xor", "xor_eq",
        "batch", "bytes", "count", "lengths", "model", "path", "size_t", "state", "steps", "workspace",
    ]

    /// The ends of every header's own macros; an input or a result has another one.
    private static let macros: Set<String> = [
        "ALIGNMENT", "DELAY", "ERROR_ALIGNMENT", "ERROR_FILE", "ERROR_LENGTH", "ERROR_NULL", "ERROR_PADDING",
        "ERROR_SIZE", "ERROR_STEPS", "ERROR_TOKEN", "ERROR_WEIGHTS", "LSTMC_H", "NO_RESULT", "STATE_SIZE",
    ]

    /// nil where the model's name has letters that C's names have not everywhere.
    init?(_ plan: TypePlan) {
        guard let prefix = cPrefix(plan.model.name) else { return nil }
        self.prefix = prefix
        var names = NamePool(Self.reserved)
        var macros = NamePool(Self.macros)
        let hasOne = plan.inputs.count == 1
        let inputs = plan.inputs.map { hasOne ? names.unique("x") : names.unique(cName($0.specName, or: "input")) }
        self.inputs = inputs
        inputSizes = zip(plan.inputs, inputs).map { input, name in
            let end = input.isTokens ? "TOKEN_COUNT" : hasOne ? "INPUT_SIZE" : "SIZE"
            return macros.unique(hasOne ? end : "\(name.uppercased())_\(end)")
        }
        let given = plan.axes.filter { !$0.inputs.isEmpty }
        let firsts = given.map { axis in given.count == 1 ? "" : inputs[axis.inputs[0]] + "_" }
        // The only time axis has the reserved words, which nothing else has.
        steps = firsts.map { $0.isEmpty ? "steps" : names.unique($0 + "steps") }
        lengths = firsts.map { $0.isEmpty ? "lengths" : names.unique($0 + "lengths") }
        results = plan.results.map { result in
            if plan.results.count == 1 { return names.unique("out") }
            let layer = cName(result.layer.name, or: "result")
            let part = result.result.partName(in: plan.model)
            let hasParts = !result.layer.operation.stateSlots.isEmpty
            return names.unique(!hasParts ? layer : plan.hasOneRecurrent ? part : "\(layer)_\(part)")
        }
        resultSizes = zip(plan.results, results).map { result, name in
            macros.unique(plan.results.count == 1 ? "OUTPUT_SIZE" : "\(name.uppercased())_SIZE")
        }
        func parts(_ places: [TypePlan.RecurrentPlace], _ end: String) -> [[String]] {
            places.map { place in
                let layer = plan.recurrents.count == 1 ? "" : cName(place.specName, or: "layer") + "_"
                return place.parts.map { names.unique("\(layer)\($0.letter)\(end)") }
            }
        }
        initial = parts(plan.started, "0")
        states = parts(plan.recurrents, "")
    }

    /// `GUITAR_AMP_STATE_SIZE` of `STATE_SIZE`.
    func macro(_ end: String) -> String { "\(prefix.uppercased())_\(end)" }
}

extension TypePlan {
    fileprivate var hasOneRecurrent: Bool { model.recurrentIndices.count == 1 }
}

/// The beginning of a type's C names, `lstm_amp2` of `LSTMAmp2`; nil where its name has letters beside those of ASCII.
func cPrefix(_ type: String) -> String? {
    if type.unicodeScalars.contains(where: { !$0.isASCII }) { return nil }
    return cName(type, or: "model")
}

/// A name in snake case: `my_head` of `myHead`, with a word before what begins with a digit, or alone where nothing is left.
func cName(_ name: String, or word: String) -> String {
    var words: [String] = [""]
    let letters = Array(name.unicodeScalars)
    for (index, letter) in letters.enumerated() {
        guard letter.isASCII, letter != "_" else {
            words.append("")
            continue
        }
        let isCapital = ("A"..."Z").contains(letter)
        if isCapital, index > 0 {
            let afterSmall = letters[index - 1].isASCII && !("A"..."Z").contains(letters[index - 1])
            // `LSTMLayer` is `lstm_layer`: the last capital begins the next word.
            let beforeSmall = index + 1 < letters.count && ("a"..."z").contains(letters[index + 1])
            if afterSmall || beforeSmall { words.append("") }
        }
        words[words.count - 1] += String(letter).lowercased()
    }
    let joined = words.filter { !$0.isEmpty }.joined(separator: "_")
    guard let first = joined.unicodeScalars.first else { return word }
    return ("0"..."9").contains(first) ? "\(word)_\(joined)" : joined
}
