// SPDX-License-Identifier: Apache-2.0

/// A size that an exporter computes with: factor times a product of axes' sizes, plus an offset; or not known.
struct GraphSize: Hashable {
    private(set) var factor: Int
    /// The axes whose sizes are multiplied, ascending.
    private(set) var symbols: [Atom]
    private(set) var offset: Int
    private(set) var isUnknown = false

    static let unknown: GraphSize = {
        var size = GraphSize.known(0)
        size.isUnknown = true
        return size
    }()

    static func known(_ value: Int) -> GraphSize { GraphSize(factor: 0, symbols: [], offset: value) }
    static func axis(_ atom: Atom) -> GraphSize { GraphSize(factor: 1, symbols: [atom], offset: 0) }

    private init(factor: Int, symbols: [Atom], offset: Int) {
        (self.factor, self.symbols, self.offset) = (factor, symbols, offset)
    }

    var known: Int? { symbols.isEmpty && !isUnknown ? offset : nil }

    /// The axis and what is added to its size, where it is that.
    var axis: (atom: Atom, offset: Int)? {
        !isUnknown && symbols.count == 1 && factor == 1 ? (symbols[0], offset) : nil
    }

    /// The same with other names for its axes.
    func renamed(_ name: (Atom) -> Atom) -> GraphSize {
        var size = self
        size.symbols = symbols.map(name).sorted()
        return size
    }

    static func + (a: GraphSize, b: GraphSize) -> GraphSize {
        if a.isUnknown || b.isUnknown { return .unknown }
        let offset = a.offset.addingReportingOverflow(b.offset)
        let factor = a.factor.addingReportingOverflow(b.factor)
        guard !offset.overflow, !factor.overflow else { return .unknown }
        guard a.symbols.isEmpty || b.symbols.isEmpty || a.symbols == b.symbols else { return .unknown }
        return made(factor.partialValue, a.symbols.isEmpty ? b.symbols : a.symbols, offset.partialValue)
    }

    static func - (a: GraphSize, b: GraphSize) -> GraphSize { a + b * .known(-1) }

    static func * (a: GraphSize, b: GraphSize) -> GraphSize {
        if a.isUnknown || b.isUnknown { return .unknown }
        if let factor = a.known { return b.scaled(factor) }
        if let factor = b.known { return a.scaled(factor) }
        let factor = a.factor.multipliedReportingOverflow(by: b.factor)
        guard a.offset == 0, b.offset == 0, !factor.overflow, a.symbols.count + b.symbols.count <= 8 else {
            return .unknown
        }
        return made(factor.partialValue, (a.symbols + b.symbols).sorted(), 0)
    }

    /// The quotient, where it is exact.
    func divided(by other: GraphSize) -> GraphSize {
        if isUnknown || other.isUnknown { return .unknown }
        if let divisor = other.known {
            guard divisor > 0, factor % divisor == 0, offset % divisor == 0 else {
                return known.map { value in divisor > 0 && value >= 0 ? .known(value / divisor) : .unknown } ?? .unknown
            }
            return Self.made(factor / divisor, symbols, offset / divisor)
        }
        guard offset == 0, other.offset == 0, other.factor > 0, factor % other.factor == 0 else { return .unknown }
        var left = symbols
        for symbol in other.symbols {
            guard let index = left.firstIndex(of: symbol) else { return .unknown }
            left.remove(at: index)
        }
        return left.isEmpty ? .known(factor / other.factor) : Self.made(factor / other.factor, left, 0)
    }

    private func scaled(_ by: Int) -> GraphSize {
        let (a, b) = (factor.multipliedReportingOverflow(by: by), offset.multipliedReportingOverflow(by: by))
        return a.overflow || b.overflow ? .unknown : Self.made(a.partialValue, symbols, b.partialValue)
    }

    private static func made(_ factor: Int, _ symbols: [Atom], _ offset: Int) -> GraphSize {
        factor == 0 ? .known(offset) : GraphSize(factor: factor, symbols: symbols, offset: offset)
    }
}
