// SPDX-License-Identifier: Apache-2.0

/// The names and shapes of a state_dict, wherever it stands.
struct StateListing {
    struct Entry {
        let name: String
        let shape: [Int]
    }

    var entries: [Entry]
    /// False where the file sorts its tensors, so that their order says nothing.
    var hasModuleOrder: Bool
    /// Names of tensors that the user left out.
    var leftOut: [String] = []
}

/// The tensors of one module: what stands before the last dot of their names, and what stands after it.
struct ModuleTensors {
    /// Empty for bare tensor names.
    let path: String
    /// Shapes by the tensor's own name.
    private(set) var shapes: [String: [Int]] = [:]

    init(path: String) {
        self.path = path
    }

    mutating func add(_ key: String, _ shape: [Int]) { shapes[key] = shape }

    var keys: [String] { shapes.keys.sorted() }

    /// The path as a message shows it.
    var shownPath: String { path.isEmpty ? "(top)" : path }

    func fullName(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// What follows the last dot of the path.
    var lastComponent: Substring { path.split(separator: ".").last ?? "" }
}

/// The modules of a listing, in the order in which each one's first tensor stands.
func modules(of listing: StateListing) -> [ModuleTensors] {
    var modules: [ModuleTensors] = []
    var indices: [Substring: Int] = [:]
    for entry in listing.entries {
        let dot = entry.name.lastIndex(of: ".")
        let path = dot.map { entry.name[..<$0] } ?? ""
        let key = dot.map { entry.name[entry.name.index(after: $0)...] } ?? entry.name[...]
        let index = indices[path] ?? modules.count
        if index == modules.count {
            indices[path] = index
            modules.append(ModuleTensors(path: String(path)))
        }
        modules[index].add(String(key), entry.shape)
    }
    return modules
}

/// What stands, up to a dot, before all of these paths but is none of them: `model.` of `model.lstm` and `model.fc`.
func commonPrefix(of paths: [String]) -> String {
    guard let first = paths.first else { return "" }
    var common = first.split(separator: ".", omittingEmptySubsequences: false).dropLast()
    for path in paths.dropFirst() {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).dropLast()
        let shared = zip(common, parts).prefix { $0 == $1 }.count
        common = common.prefix(shared)
    }
    return common.map { $0 + "." }.joined()
}
