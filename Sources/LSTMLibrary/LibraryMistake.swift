// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// What can be wrong with what a function of the library is given.
enum LibraryMistake: Mistake {
    case null(String)
    case count(String)
    case noText(String)
    case unknownType(String, Int32)
    case rank(String, Int32)
    case sizes(String)
    case noData(String)
    case twice(String)
    case missing(String, given: [String])
    case resultCount(found: Int, expected: [String])
    case memory(String, bytes: Int, needed: Int)
    case threads(Int)
    case noStream(String)
    case batchInStream(String)
    case inUse
    case access(String)
    case lastAndSelect

    var code: String {
        switch self {
        case .null, .count, .noText, .rank, .sizes, .noData, .twice, .access, .lastAndSelect: "argument"
        case .unknownType: "input-type"
        case .missing: "missing-input"
        case .resultCount, .memory: "results"
        case .threads: "threads"
        case .noStream: "no-stream"
        case .batchInStream: "input-shape"
        case .inUse: "state-in-use"
        }
    }

    var message: String {
        switch self {
        case .null(let argument): "\(quoted(argument)) is NULL"
        case .count(let argument): "\(quoted(argument)) is more than memory can hold"
        case .noText(let argument): "\(quoted(argument)) is not UTF-8"
        case .unknownType(let name, let type):
            "tensor \(quoted(name)) has the type \(type), which is none of LSTMC_FLOAT32 to LSTMC_INT64"
        case .rank(let name, let rank): "tensor \(quoted(name)) has \(rank) axes; it can have 0 to 8"
        case .sizes(let name): "tensor \(quoted(name)) has more elements than memory can hold"
        case .noData(let name): "tensor \(quoted(name)) has no data: its address is NULL"
        case .twice(let name): "tensor \(quoted(name)) is given twice"
        case .missing(let name, let given):
            "the model reads \(quoted(name)), which is not given"
                + (given.isEmpty ? "" : "; what is given is \(listedFew(given))")
        case .resultCount(let found, let expected):
            "the model has \(counted(expected.count, "result")) (\(listed(expected))), but there is memory for \(found)"
        case .memory(let name, let bytes, let needed):
            "result \(quoted(name)) needs \(grouped(needed)) bytes, but its memory has \(grouped(bytes))"
        case .threads(let count): "threads is \(count); it must be 1 or more"
        case .noStream(let why): "the model has no state, because \(why); run whole sequences"
        case .batchInStream(let name): "\(quoted(name)) has a batch axis, but a state is one sequence's"
        case .inUse: "the state is in use by another thread; give each thread a state of its own"
        case .access(let word): "\(quoted(word)) is no access level; it is 'public', 'package' or 'internal'"
        case .lastAndSelect: "'last' and 'select' exclude each other: what follows reads the one or the other"
        }
    }
}
