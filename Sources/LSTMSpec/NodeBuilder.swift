// SPDX-License-Identifier: Apache-2.0

/// Builds the tree from the events, and stops at the first that is past a limit.
///
/// It keeps a stack of its own instead of calling itself. An alias shares the storage of what it stands for, so it costs
/// nothing to build, and is counted as all of it, because everything that walks the tree will.
struct NodeBuilder {
    private let text: SourceText
    private let findings: Findings
    private var open: [OpenCollection] = []
    private var anchors: [String: Anchor] = [:]
    private var nodeCount = 0
    private var documentCount = 0
    private(set) var root: Node?
    /// Whether a limit ended the reading.
    private(set) var isAbandoned = false

    init(_ text: SourceText, _ findings: Findings) {
        self.text = text
        self.findings = findings
    }

    /// Adds an event; false where no more are wanted.
    mutating func take(_ event: YAMLEvent) -> Bool {
        let place = text.location(from: event.start, to: event.end)
        switch event.kind {
        case .streamStart, .streamEnd, .documentEnd: break
        case .documentStart:
            documentCount += 1
            if documentCount > 1 {
                findings.report(.severalDocuments, at: place)
                return false
            }
        case .alias(let name): addAlias(name, at: place)
        case .scalar(let text, let isPlain):
            addScalar(text, isPlain: isPlain, event, at: place)
        case .sequenceStart(let isFlow): begin(event, isMapping: false, isFlow: isFlow, at: place)
        case .mappingStart(let isFlow): begin(event, isMapping: true, isFlow: isFlow, at: place)
        case .sequenceEnd, .mappingEnd: end(event)
        }
        return !isAbandoned
    }

    private mutating func abandon(_ mistake: SpecMistake, at place: SourceLocation) {
        findings.report(mistake, at: place)
        isAbandoned = true
        root = nil
    }

    private mutating func count(_ nodes: Int, at place: SourceLocation) {
        nodeCount += nodes
        if nodeCount > Limits.nodes { abandon(.tooManyNodes(limit: Limits.nodes), at: place) }
    }

    private mutating func addAlias(_ name: String, at place: SourceLocation) {
        var node = Node(content: .invalid, location: place)
        var size = (nodes: 1, height: 0)
        switch anchors[name] {
        case nil: findings.report(.undefinedAlias(name), at: place)
        case .open(let start):
            findings.report(.cyclicAlias(name), at: place, notes: [.init(SpecNote.anchorHere, at: start)])
        case .complete(let target, let targetSize):
            node.content = target.content
            size = targetSize
        }
        if open.count + size.height > Limits.depth {
            abandon(.nestedTooDeep(limit: Limits.depth), at: place)
        } else {
            add(node, size)
            count(size.nodes, at: place)
        }
    }

    private mutating func addScalar(_ text: String, isPlain: Bool, _ event: YAMLEvent, at place: SourceLocation) {
        var node = Node(content: .invalid, location: place)
        switch resolveScalar(text, isPlain: isPlain, tag: event.tag) {
        case .success(let scalar): node.content = .scalar(scalar)
        case .failure(let mistake): findings.report(mistake, at: place)
        }
        // A long text behind a thousand aliases is read a thousand times.
        let size = (nodes: 1 + text.utf8.count / Limits.textBytesPerNode, height: 0)
        if let anchor = event.anchor { anchors[anchor] = .complete(node, size) }
        add(node, size)
        count(size.nodes, at: place)
    }

    private mutating func begin(_ event: YAMLEvent, isMapping: Bool, isFlow: Bool, at place: SourceLocation) {
        count(1, at: place)
        var isInvalid = false
        if !collectionAllows(tag: event.tag, isMapping: isMapping) {
            let tag = shortTag(event.tag ?? "")
            findings.report(.customTag(tag), at: place)
            isInvalid = true
        }
        if let anchor = event.anchor { anchors[anchor] = .open(place) }
        open.append(
            OpenCollection(
                isMapping: isMapping, isFlow: isFlow, isInvalid: isInvalid, anchor: event.anchor, start: event.start,
                place: place, nodesBefore: nodeCount - 1))
        if open.count > Limits.depth { abandon(.nestedTooDeep(limit: Limits.depth), at: place) }
    }

    private mutating func end(_ event: YAMLEvent) {
        guard let collection = open.popLast() else { return }
        var place = collection.place
        if collection.isFlow {
            place = text.location(from: collection.start, to: event.end)
        } else if let first = collection.firstKeyPlace {
            place = first
        }
        let content: Node.Content =
            collection.isInvalid
            ? .invalid : collection.isMapping ? .mapping(collection.mapping) : .sequence(collection.items)
        let node = Node(content: content, location: place)
        let size = (nodes: nodeCount - collection.nodesBefore, height: collection.height + 1)
        if let anchor = collection.anchor { anchors[anchor] = .complete(node, size) }
        add(node, size)
    }

    private mutating func add(_ node: Node, _ size: (nodes: Int, height: Int)) {
        guard let last = open.indices.last else {
            root = node
            return
        }
        open[last].height = max(open[last].height, size.height)
        if open[last].isMapping {
            open[last].addToMapping(node, findings)
        } else {
            open[last].items.append(node)
        }
    }
}

/// What an anchor's name stands for; `nodes` and `height` are what an alias of it adds.
private enum Anchor {
    /// Still being read: an alias to it would contain itself.
    case open(SourceLocation)
    case complete(Node, (nodes: Int, height: Int))
}

/// A list or mapping whose end is not read yet.
private struct OpenCollection {
    enum Key {
        case text(Located<String>)
        /// Reported; its value is read and dropped.
        case unusable
    }

    var isMapping: Bool
    var isFlow: Bool
    var isInvalid: Bool
    var anchor: String?
    var start: Int
    var place: SourceLocation
    var nodesBefore: Int
    var height = 0
    var items: [Node] = []
    var mapping = Mapping()
    var firstKeyPlace: SourceLocation?
    /// The key whose value comes next; nil where a key comes next.
    var key: Key?
    var places: [String: SourceLocation] = [:]

    /// Takes a mapping's keys and values, which come in turn.
    mutating func addToMapping(_ node: Node, _ findings: Findings) {
        switch key {
        case nil:
            if firstKeyPlace == nil { firstKeyPlace = node.location }
            key = usableKey(node, findings)
        case .text(let text):
            mapping.entries.append(.init(key: text, value: node))
            key = nil
        case .unusable: key = nil
        }
    }

    private mutating func usableKey(_ node: Node, _ findings: Findings) -> Key {
        guard case .scalar(let scalar) = node.content else {
            if !node.isInvalid { findings.report(.keyIsNotText(found: node.found), at: node.location) }
            mapping.isPartial = true
            return .unusable
        }
        if scalar.text == "<<", scalar.isPlain {
            findings.report(.mergeKey, at: node.location)
            mapping.isPartial = true
            return .unusable
        }
        if let first = places.updateValue(node.location, forKey: scalar.text) {
            places[scalar.text] = first
            findings.report(
                .duplicateKey(scalar.text), at: node.location, notes: [.init(SpecNote.firstHere, at: first)])
            return .unusable
        }
        return .text(Located(scalar.text, at: node.location))
    }
}
