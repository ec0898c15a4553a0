// SPDX-License-Identifier: Apache-2.0

/// Sets pieces of text apart by colour and weight, where colour is wanted; else gives them back as they are.
///
/// Purely text: whether a terminal is there to show it is for the caller to know.
public struct Paint: Sendable {
    /// What a piece of text is.
    public enum Role: CaseIterable, Sendable {
        case error
        case warning
        case note
        case place
        case heading
    }

    /// Paints nothing.
    public static let none = Paint(isOn: false)

    /// Whether anything is painted.
    public var isOn: Bool

    public init(isOn: Bool) {
        self.isOn = isOn
    }

    /// `text` in the role's colours, and back to plain after it.
    public func callAsFunction(_ text: String, _ role: Role) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(role.rendition)m\(text)\u{1B}[0m" : text
    }
}

extension Paint.Role {
    /// The parameters of ECMA-48's SGR (section 8.3.117): bold, and a foreground colour where the role has one.
    fileprivate var rendition: String {
        switch self {
        case .error: "1;31"
        case .warning: "1;35"
        case .note: "1;36"
        case .place, .heading: "1"
        }
    }
}

extension Severity {
    var role: Paint.Role {
        switch self {
        case .error: .error
        case .warning: .warning
        }
    }
}
