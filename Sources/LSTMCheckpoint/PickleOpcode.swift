// SPDX-License-Identifier: Apache-2.0

/// The opcodes that protocols 2 to 5 write; those that only older ones write are not here.
enum PickleOpcode: UInt8 {
    case mark = 0x28  // (
    case emptyTuple = 0x29  // )
    case stop = 0x2E  // .
    case pop = 0x30  // 0
    case popMark = 0x31  // 1
    case dup = 0x32  // 2
    case bytes4 = 0x42  // B
    case bytes1 = 0x43  // C
    case float = 0x47  // G
    case int4 = 0x4A  // J
    case int1 = 0x4B  // K
    case int2 = 0x4D  // M
    case none = 0x4E  // N
    case persistentID = 0x51  // Q
    case reduce = 0x52  // R
    case string4 = 0x54  // T
    case string1 = 0x55  // U
    case unicode4 = 0x58  // X
    case emptyList = 0x5D  // ]
    case append = 0x61  // a
    case build = 0x62  // b
    case global = 0x63  // c
    case dictionary = 0x64  // d
    case appends = 0x65  // e
    case get = 0x68  // h
    case longGet = 0x6A  // j
    case list = 0x6C  // l
    case object = 0x6F  // o
    case put = 0x71  // q
    case longPut = 0x72  // r
    case setItem = 0x73  // s
    case tuple = 0x74  // t
    case setItems = 0x75  // u
    case emptyDictionary = 0x7D  // }
    case proto = 0x80
    case newObject = 0x81
    case extension1 = 0x82
    case extension2 = 0x83
    case extension4 = 0x84
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
    case long1 = 0x8A
    case long4 = 0x8B
    case unicode1 = 0x8C
    case unicode8 = 0x8D
    case bytes8 = 0x8E
    case emptySet = 0x8F
    case addItems = 0x90
    case frozenSet = 0x91
    case newObjectEx = 0x92
    case stackGlobal = 0x93
    case memoize = 0x94
    case frame = 0x95
    case byteArray8 = 0x96
    case nextBuffer = 0x97
    case readOnlyBuffer = 0x98

    enum Group { case scalar, text, container, stack, object }

    var group: Group {
        switch self {
        case .none, .newFalse, .newTrue, .int1, .int2, .int4, .long1, .long4, .float: .scalar
        case .bytes1, .bytes4, .bytes8, .byteArray8, .string1, .string4, .unicode1, .unicode4, .unicode8: .text
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .list, .append, .appends, .emptyDictionary,
            .dictionary, .setItem, .setItems, .emptySet, .addItems, .frozenSet:
            .container
        case .mark, .pop, .popMark, .dup, .get, .longGet, .put, .longPut, .memoize, .frame, .proto, .stop: .stack
        case .global, .stackGlobal, .reduce, .build, .newObject, .newObjectEx, .object, .persistentID, .extension1,
            .extension2, .extension4, .nextBuffer, .readOnlyBuffer:
            .object
        }
    }
}
