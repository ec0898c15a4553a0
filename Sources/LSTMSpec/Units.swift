// SPDX-License-Identifier: Apache-2.0

/// The units of one kind of amount; only budgets have any.
enum Units {
    case count
    case bytes

    private var factors: [(unit: String, factor: UInt64)] {
        switch self {
        case .count: [("k", 1000), ("M", 1_000_000)]
        case .bytes: [("B", 1), ("kB", 1000), ("MB", 1_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20)]
        }
    }

    var expectation: Expectation {
        switch self {
        case .count: .count
        case .bytes: .bytes
        }
    }

    /// What an amount such as `1.5M` or `8 MiB` comes to.
    func amount(_ text: String, key: String) -> Result<Int, SpecMistake> {
        let bytes = Array(text.utf8)
        let whole = bytes.prefix(while: isDigit)
        var rest = bytes.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == 0x2E {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        let unit = String(decoding: rest.drop { $0 == 0x20 }, as: UTF8.self)
        guard !whole.isEmpty else {
            return .failure(.wrongType(key: key, expected: expectation, found: .text(text, isQuoted: false)))
        }
        guard let factor = unit.isEmpty ? 1 : factors.first(where: { $0.unit == unit })?.factor else {
            return .failure(.unknownUnit(unit, key: key, known: factors.map(\.unit)))
        }
        while fraction.last == 0x30 { fraction = fraction.dropLast() }
        return scaled(Array(whole + fraction), fractionDigits: fraction.count, by: factor, text: text, key: key)
    }
}

/// The digits as one number, times `factor`, divided by ten for each fraction digit; exact or not at all.
private func scaled(
    _ digits: [UInt8], fractionDigits: Int, by factor: UInt64, text: String, key: String
) -> Result<Int, SpecMistake> {
    let tooLarge = Result<Int, SpecMistake>.failure(.numberTooLarge(key: key, text: text))
    let notWhole = Result<Int, SpecMistake>.failure(
        .wrongType(key: key, expected: .wholeNumber, found: .number(text)))
    // Ten to the nineteenth is the largest power that fits; nobody's budget has more digits after the point.
    guard fractionDigits <= 19 else { return notWhole }
    var mantissa: UInt64 = 0
    for digit in digits {
        let (product, overflows) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carries) = product.addingReportingOverflow(UInt64(digit - 0x30))
        if overflows || carries { return tooLarge }
        mantissa = sum
    }
    var divisor: UInt64 = 1
    for _ in 0..<fractionDigits { divisor *= 10 }
    let product = mantissa.multipliedFullWidth(by: factor)
    guard product.high < divisor else { return tooLarge }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    guard remainder == 0 else { return notWhole }
    guard let value = Int(exactly: quotient) else { return tooLarge }
    return .success(value)
}
