// SPDX-License-Identifier: Apache-2.0

/// A file as it was read: its path as the user wrote it, and its bytes.
public struct SourceFile: Sendable {
    /// As diagnostics name it.
    public var path: String
    /// The whole file.
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// A path's last component.
///
/// By its scalars: a name can begin with a combining mark, which makes one Character with the slash before it.
package func fileName(of path: String) -> String {
    path.unicodeScalars.split(separator: "/").last.map { String($0) } ?? path
}

/// A place in a source file: where it starts, and how many columns a caret should underline.
public struct SourceLocation: Hashable, Sendable, Comparable {
    /// The file, as diagnostics name it.
    public var path: String
    /// The line, counted from 1.
    public var line: Int
    /// The column, in Unicode scalars, counted from 1.
    public var column: Int
    /// The number of columns that belong to the place; at least 1.
    public var length: Int

    public init(path: String, line: Int, column: Int, length: Int = 1) {
        self.path = path
        self.line = line
        self.column = column
        self.length = length
    }

    /// The beginning of a file (or of what stands for one, such as `--text`): the place of what is said of all of it.
    package init(startOf path: String) {
        self.init(path: path, line: 1, column: 1)
    }

    public static func < (a: SourceLocation, b: SourceLocation) -> Bool {
        (a.path, a.line, a.column, a.length) < (b.path, b.line, b.column, b.length)
    }
}

/// A value and the place it stands at.
public struct Located<Value> {
    /// What is written.
    public var value: Value
    /// Where it is written.
    public var location: SourceLocation

    public init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
