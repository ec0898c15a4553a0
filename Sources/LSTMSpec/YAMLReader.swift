// SPDX-License-Identifier: Apache-2.0

// The only file that knows libyaml. Everything C allocates lives inside `readYAMLEvents` and is freed there.

import CYAML

/// Reads the events of a YAML text, without a byte order mark, and hands each to `take`, until that returns false.
///
/// - Throws: ``YAMLFailure`` where the text is not YAML.
func readYAMLEvents(_ bytes: ArraySlice<UInt8>, _ take: (YAMLEvent) -> Bool) throws(YAMLFailure) {
    let failure = bytes.withUnsafeBufferPointer { buffer -> YAMLFailure? in
        // libyaml keeps the parser's address, so it must not be a variable that Swift may move.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { return outOfMemory }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        return readEvents(parser, take)
    }
    if let failure { throw failure }
}

private let outOfMemory = YAMLFailure(problem: "out of memory", place: .byte(0))

private func readEvents(_ parser: UnsafeMutablePointer<yaml_parser_t>, _ take: (YAMLEvent) -> Bool) -> YAMLFailure? {
    while true {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { return failure(of: parser.pointee) }
        defer { yaml_event_delete(&raw) }
        // libyaml gives events without a type, and nothing else, once the stream has ended.
        guard let event = event(raw) else { return nil }
        guard take(event) else { return nil }
        if case .streamEnd = event.kind { return nil }
    }
}

private func event(_ raw: yaml_event_t) -> YAMLEvent? {
    guard let kind = kind(of: raw) else { return nil }
    var event = YAMLEvent(
        kind: kind, start: Int(clamping: raw.start_mark.index), end: Int(clamping: raw.end_mark.index))
    switch raw.type {
    case YAML_SCALAR_EVENT:
        event.anchor = string(raw.data.scalar.anchor)
        event.tag = string(raw.data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
        event.anchor = string(raw.data.sequence_start.anchor)
        event.tag = string(raw.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
        event.anchor = string(raw.data.mapping_start.anchor)
        event.tag = string(raw.data.mapping_start.tag)
    default: break
    }
    return event
}

private func kind(of raw: yaml_event_t) -> YAMLEvent.Kind? {
    switch raw.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(string(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
        // By its length, not up to a zero: "\0" is a character of the text.
        let scalar = raw.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        return .scalar(text: text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_SEQUENCE_START_EVENT:
        return .sequenceStart(isFlow: raw.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
        return .mappingStart(isFlow: raw.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return nil
    }
}

private func failure(of parser: yaml_parser_t) -> YAMLFailure {
    let problem = parser.problem.map { String(cString: $0) }
    if parser.error == YAML_MEMORY_ERROR { return outOfMemory }
    if parser.error == YAML_READER_ERROR {
        // The reader fails ahead of the scanner's mark: it knows its byte and nothing else.
        return YAMLFailure(problem: problem ?? "unreadable byte", place: .byte(Int(clamping: parser.problem_offset)))
    }
    let context = parser.context.map { (text: String(cString: $0), start: Int(clamping: parser.context_mark.index)) }
    return YAMLFailure(
        problem: problem ?? "unknown problem", place: .scalar(Int(clamping: parser.problem_mark.index)),
        context: context)
}

private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
}
