// SPDX-License-Identifier: Apache-2.0

/// Gives out names, each once: a name that is taken gets the smallest number from 2 that makes it new.
package struct NamePool {
    private var taken: Set<String>
    /// The number to try next, by name: the smaller ones are taken for good.
    private var nextNumbers: [String: Int] = [:]
    /// How many names were tried. It grows in step with the names given out, whatever they are.
    package private(set) var attempts = 0

    /// - Parameter taken: names that are never given out.
    package init(_ taken: Set<String> = []) {
        self.taken = taken
    }

    package func contains(_ name: String) -> Bool { taken.contains(name) }

    package mutating func unique(_ name: String) -> String {
        if take(name) { return name }
        var number = nextNumbers[name] ?? 2
        while !take(name + String(number)) { number += 1 }
        nextNumbers[name] = number + 1
        return name + String(number)
    }

    private mutating func take(_ name: String) -> Bool {
        attempts += 1
        return taken.insert(name).inserted
    }
}
