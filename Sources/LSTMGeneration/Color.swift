// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// When text is coloured.
package enum ColorChoice: String, CaseIterable {
    case auto
    case always
    case never
}

/// How what is said of the work, and not its results, is written.
package struct DiagnosticsStyle {
    package var format = DiagnosticsFormat.text
    package var color = ColorChoice.auto

    package init(format: DiagnosticsFormat = .text, color: ColorChoice = .auto) {
        (self.format, self.color) = (format, color)
    }

    /// For stderr.
    package var errorPaint: Paint {
        Paint(isOn: color.isOn(onTerminal: isatty(STDERR_FILENO) == 1))
    }

    /// For the headings of results: never in a pipe or a file, whatever is asked, since programs read those.
    package var resultPaint: Paint {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return Paint(isOn: isTerminal && color.isOn(onTerminal: isTerminal))
    }
}

extension ColorChoice {
    /// What `auto` comes to: NO_COLOR (no-color.org) goes before CLICOLOR_FORCE (bixense.com/clicolors), and that before
    /// what the terminal can do.
    fileprivate func isOn(onTerminal isTerminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            if isSet("NO_COLOR") {
                false
            } else if isSet("CLICOLOR_FORCE"), value("CLICOLOR_FORCE") != "0" {
                true
            } else {
                isTerminal && value("TERM") != "dumb"
            }
        }
    }

    private func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    private func isSet(_ name: String) -> Bool { !value(name).isEmpty }
}
