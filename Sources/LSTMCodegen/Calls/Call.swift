// SPDX-License-Identifier: Apache-2.0

/// One call in a generated function.
struct Call {
    /// What is called.
    enum Callee {
        /// A function of a type of LSTMRuntime: `Elementwise.relu`.
        case type(String, String)
        /// A function of a packed layer: `layers.head.run`.
        case layer(String, String)
        /// A function of a pointer: `y.update`.
        case pointer(Pointer, String)
    }

    /// One argument.
    struct Argument {
        let label: String?
        let value: Value

        init(_ label: String?, _ value: Value) { (self.label, self.value) = (label, value) }
    }

    /// What an argument says.
    enum Value {
        /// As it is.
        case text(String)
        case pointer(Pointer)
        /// So many rows of so many values.
        case count(RowCount, Int)
        /// An operand of `Combine`.
        case operand(Pointer, size: Int, hasTime: Bool)
    }

    /// The steps of a stream that pass before it first runs.
    var delay = 0
    /// Whether it runs at that step alone.
    var isStart = false
    let callee: Callee
    let arguments: [Argument]

    init(_ callee: Callee, _ arguments: [Argument]) { (self.callee, self.arguments) = (callee, arguments) }
}

/// A place in memory: a name, and how many floats after it.
struct Pointer {
    let name: String
    /// Floats for each of `batch` sequences.
    var rows = 0
    var offset = 0

    var text: String { sum(sum(name, batches: rows), offset) }

    static func + (pointer: Pointer, offset: Int) -> Pointer {
        Pointer(name: pointer.name, rows: pointer.rows, offset: pointer.offset + offset)
    }
}

/// How many rows a value has, as source says it: `rows`, `batch`, `steps`, `1`.
struct RowCount: Hashable {
    let text: String
    /// The time axis whose rows it names, where a function has a name for them.
    var axis: Int?

    static let one = RowCount(text: "1")
}

extension Call {
    var calleeText: String {
        switch callee {
        case .type(let type, let function): "\(type).\(function)"
        case .layer(let layer, let function): "layers.\(layer).\(function)"
        // `(a + 1).update`: a sum needs its parentheses.
        case .pointer(let pointer, let function):
            pointer.text == pointer.name ? "\(pointer.text).\(function)" : "(\(pointer.text)).\(function)"
        }
    }

    var argumentTexts: [String] {
        arguments.map { argument in (argument.label.map { $0 + ": " } ?? "") + argument.value.text }
    }

    /// The type of LSTMRuntime that it names.
    var type: String? { if case .type(let type, _) = callee { type } else { nil } }

    /// The time axes whose rows it names.
    var axes: [Int] {
        arguments.compactMap { argument in if case .count(let rows, _) = argument.value { rows.axis } else { nil } }
    }
}

extension Call.Value {
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .pointer(let pointer): pointer.text
        case .count(let rows, let size): product(rows.text, size)
        case .operand(let pointer, let size, let hasTime):
            "Combine.Operand(\(pointer.text), size: \(size), hasTime: \(hasTime))"
        }
    }
}

extension Call.Argument {
    static func pointer(_ pointer: Pointer) -> Self { Self(nil, .pointer(pointer)) }
    static func pointer(_ label: String, _ pointer: Pointer) -> Self { Self(label, .pointer(pointer)) }
    static func text(_ label: String?, _ text: String) -> Self { Self(label, .text(text)) }
    static func number(_ label: String, _ number: Int) -> Self { Self(label, .text("\(number)")) }
    static func number(_ label: String, _ number: Float) -> Self { Self(label, .text("\(number)")) }
    static func count(_ label: String, _ rows: RowCount, _ size: Int = 1) -> Self { Self(label, .count(rows, size)) }
}

/// `base`, or `base + offset`.
func sum(_ base: String, _ offset: Int) -> String { offset == 0 ? base : "\(base) + \(offset)" }

/// `base`, or `base + batch * size`.
func sum(_ base: String, batches size: Int) -> String { size == 0 ? base : "\(base) + \(product("batch", size))" }

/// `rows * size`, and the number alone where there is one row.
func product(_ rows: String, _ size: Int) -> String {
    rows == "1" ? "\(size)" : size == 1 ? rows : "\(rows) * \(size)"
}
