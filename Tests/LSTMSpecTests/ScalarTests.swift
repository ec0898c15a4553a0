// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import Testing

/// The core schema, as seen through one field of each type.
struct ScalarTests {
    private func lstm(_ key: String, _ value: String) -> LayerEntry? {
        let other = key == "hidden_size" ? "" : ", hidden_size: 1"
        let text = "lstmc: 1\ninput: {features: 1}\nlayers: [{lstm: a\(other), \(key): \(value)}]"
        let (document, diagnostics) = parseText(text)
        return diagnostics.isEmpty ? document?.layers.value?.first : nil
    }

    @Test(arguments: [
        ("5", 5), ("+5", 5), ("-5", -5), ("0", 0), ("007", 7), ("0x1F", 31), ("0o17", 15), ("!!int 5", 5),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ])
    func wholeNumbers(text: String, value: Int) {
        #expect(lstm("hidden_size", text)?.integer("hidden_size").value == value)
    }

    @Test(arguments: [
        "5.0", "5.", "1e3", "1_000", "0b11", "0o8", "0xG", "0x", "--5", "5 5", "\"5\"", "'5'", "!!str 5", "true", "~",
        "null", "", "five", "5k", ".inf", "9223372036854775808", "-0x5",
    ])
    func notWholeNumbers(text: String) { #expect(lstm("hidden_size", text) == nil) }

    @Test(arguments: [
        ("0.5", 0.5), (".5", 0.5), ("1.", 1), ("1", 1), ("-1.5e-3", -0.0015), ("1E+2", 100), ("0x10", 16), ("+.5", 0.5),
        (".inf", .infinity), ("-.INF", -.infinity), ("+.Inf", .infinity), ("!!float 2", 2), ("1e-400", 0),
    ])
    func numbers(text: String, value: Double) { #expect(lstm("dropout", text)?.number("dropout").value == value) }

    @Test func notANumberIsANumber() { #expect(lstm("dropout", ".nan")?.number("dropout").value?.isNaN == true) }

    @Test(arguments: [
        ".", "e5", "1e", "1e+", "1.5.5", "inf", "nan", "+.nan", "0.5f", "\"0.5\"", "1e999", "half", "-", "+",
    ])
    func notNumbers(text: String) { #expect(lstm("dropout", text) == nil) }

    @Test(arguments: ["True", "TRUE", "yes", "on", "no", "off", "y", "1", "0", "\"true\"", "~"])
    func notBooleans(text: String) { #expect(lstm("bias", text) == nil) }

    @Test(arguments: [("true", true), ("false", false), ("!!bool true", true)])
    func booleans(text: String, value: Bool) { #expect(lstm("bias", text)?.boolean("bias").value == value) }

    @Test(arguments: ["5", "true", "null", "~", "1.5", "", "[a]", "{a: b}", "\"a\\0b\""])
    func notText(text: String) { #expect(lstm("initial_h", text) == nil) }

    @Test(arguments: [
        ("\"5\"", "5"), ("'true'", "true"), ("a b", "a b"), ("!!str 5", "5"), ("True", "True"), ("\"\"", ""),
    ])
    func texts(text: String, value: String) { #expect(lstm("initial_h", text)?.text("initial_h").value == value) }

    @Test func labelsAreTextWhateverTheyLookLike() {
        let spec =
            "lstmc: 1\ninput: {features: 1}\nlayers: [{relu: a}]\nlabels: [1, true, null, B, 0x10, ~, \"\", 1.50]"
        let (document, diagnostics) = parseText(spec)
        #expect(diagnostics.isEmpty)
        #expect(document?.labels.value?.map(\.value) == ["1", "true", "null", "B", "0x10", "~", "", "1.50"])
    }
}

/// Amounts with units, as budgets have them.
struct UnitTests {
    private func budget(_ key: String, _ value: String) -> BudgetEntry? {
        let text = "lstmc: 1\ninput: {features: 1}\nlayers: [{relu: a}]\nbudget: {\(key): \(value)}"
        let (document, diagnostics) = parseText(text)
        return diagnostics.isEmpty ? document?.budget.value : nil
    }

    @Test(arguments: [
        ("5", 5), ("0", 0), ("5k", 5000), ("5 k", 5000), ("2M", 2_000_000), ("1.5M", 1_500_000), ("0.001k", 1),
        ("1.50000k", 1500), ("\"2M\"", 2_000_000), ("2000.0", 2000), ("0x10", 16), ("1.0", 1), ("5.k", 5000),
    ])
    func counts(text: String, value: Int) { #expect(budget("parameters", text)?.parameters.value == value) }

    @Test(arguments: [
        "-5", "-5k", "2m", "2K", "2kB", "M", "k", "1.5", "0.0001k", "\"5\"", "~", "true", ".5M", "2e6", "5kk", "[5]",
        "many",
        ".inf", "9223372036854775808", "9223372036854775807M", "0.00000000000000000001M", "1,000",
        "99999999999999999999999k",
    ])
    func notCounts(text: String) { #expect(budget("macs_per_step", text) == nil) }

    @Test(arguments: [
        ("5", 5), ("5B", 5), ("5 B", 5), ("1kB", 1000), ("1.5 MB", 1_500_000), ("1 KiB", 1024), ("8MiB", 8 << 20),
        ("0.5KiB", 512), ("1.00000095367431640625MiB", 0),
    ])
    func bytes(text: String, value: Int) {
        let expected = value == 0 ? nil : value
        #expect(budget("weight_bytes", text)?.weightBytes.value == expected)
    }

    @Test(arguments: ["5k", "5M", "5 GB", "5 mib", "5KB", "0.5B", "0.3KiB"])
    func notBytes(text: String) { #expect(budget("weight_bytes", text) == nil) }

    @Test func otherSizesTakeNoUnits() {
        let found = mistakes("lstmc: 1\ninput: {features: 1k}\nlayers: [{relu: a}]")
        #expect(found == ["2:19 wrong-type"])
    }
}
