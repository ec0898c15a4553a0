// SPDX-License-Identifier: Apache-2.0

import AllocationCounter
import CodegenTestSupport
import Foundation
import GeneratedCodeChecks
import GoldenModels
import LSTMCodegen
import LSTMIR
import LSTMRuntime
import TestSupport
import Testing

private let goldens = repositoryRoot.appendingPathComponent("Tests/GoldenModels")
private let specs = goldens.appendingPathComponent("Specs")
private let committed = fixtureNames(
    in: repositoryRoot.appendingPathComponent("Specs"), suffix: ".lstm.yaml")
private let own = fixtureNames(in: specs, suffix: ".lstm.yaml")
/// Models whose weights are fetched: here they have drawn ones, as the goldens do.
private let pretrained = repositoryRoot.appendingPathComponent("Pretrained")
private let fetched = fixtureNames(in: pretrained, suffix: ".lstm.yaml")
private let names = own + fetched

/// Those with functions for C, as the header beside them declares them.
private let withHeaders: Set<String> = [
    "FirstStateFile", "GuitarAmp", "KnobsApart", "PaddedFeatures", "TokenStream", "Windowed",
]

private func golden(_ name: String) throws -> DrawnModel {
    let folder = fetched.contains(name) ? pretrained : specs
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    var golden = try DrawnModel(text: text, path: name, seed: stableHash(name))
    if golden.model.name == "TokenStream" { golden.access = .package }
    golden.hasCHeader = withHeaders.contains(golden.model.name)
    return golden
}

/// The folder with the goldens is a target of its own: what is compared as text here is also compiled, and run below.
@Suite("Generated sources")
struct GoldenTests {
    init() { ThreadTeam.assume(processors: 8) }

    @Test("are what they were", arguments: names)
    func source(_ name: String) throws {
        let golden = try golden(name)
        try assertSnapshot(golden.swift(), at: goldens.appendingPathComponent("\(golden.model.name).swift"))
    }

    @Test("so are C headers", arguments: names) func header(_ name: String) throws {
        let golden = try golden(name)
        guard golden.hasCHeader else { return }
        try assertSnapshot(
            #require(golden.header()), at: goldens.appendingPathComponent("Headers/\(golden.model.name).h"))
    }

    @Test("are called by adapters that fit them", arguments: names)
    func adapters(_ name: String) throws {
        let model = try golden(name).model
        try assertSnapshot(
            adapterFile(for: model, importing: []),
            at: goldens.appendingPathComponent("Adapters/\(model.name)Adapter.swift"))
    }

    @Test("the committed models have adapters that fit them", arguments: committed)
    func committedAdapters(_ name: String) throws {
        let text = try String(
            contentsOf: repositoryRoot.appendingPathComponent("Specs/\(name)"), encoding: .utf8)
        let model = try lowered(text, path: name)
        let folder = repositoryRoot.appendingPathComponent("Tests/LSTMCodegenTests/Adapters")
        try assertSnapshot(
            adapterFile(for: model, importing: ["GeneratedModels"]),
            at: folder.appendingPathComponent("\(model.name)Adapter.swift"))
    }

    private func adapterFile(for model: Model, importing modules: [String]) -> String {
        let imports = ["GeneratedCodeChecks"] + modules + ["LSTMRuntime"]
        return """
            // SPDX-License-Identifier: Apache-2.0
            // Written by GoldenTests; `make snapshots` rewrites it.
            // swift-format-ignore-file

            \(imports.map { "import \($0)" }.joined(separator: "\n"))

            \(adapterSource(for: model))
            """
    }

    @Test("give the reference's bits", arguments: names)
    func bits(_ name: String) throws {
        let golden = try golden(name)
        let type = try #require(types[golden.model.name], "add it to `types`")
        // A convolution's steps are not held to it yet: in a debug build they allocate.
        let hasConvolution = golden.model.layers.contains { if case .conv1d = $0.operation { true } else { false } }
        let isCounted = allocation_count() >= 0 && !hasConvolution
        let counts: (() -> Int)? = isCounted ? { Int(allocation_count()) } : nil
        // The naive reference is slow: a few steps of a large model say enough.
        let cases = try golden.cases(limit: fetched.contains(name) ? 2 : 5)
        let found = try failures(of: type, weights: golden.weightFile(), cases: cases, allocations: counts)
        for failure in found { Issue.record("\(failure)") }
    }

    private let types: [String: any ModelUnderTest.Type] = [
        "Awkward": Awkward.self, "BothEnds": BothEnds.self, "CausalStream": CausalStream.self,
        "EarlyState": EarlyState.self,
        "EarlySteps": EarlySteps.self,
        "EveryFunction": EveryFunction.self,
        "EveryOption": EveryOption.self, "FirstState": FirstState.self, "FirstStateFile": FirstStateFile.self,
        "GRUAmp": GRUAmp.self, "HalfAmp": HalfAmp.self, "HalvesInFile": HalvesInFile.self, "Int8Amp": Int8Amp.self,
        "GuitarAmp": GuitarAmp.self, "KnobsApart": KnobsApart.self,
        "LargestOfSteps": LargestOfSteps.self, "LastHead": LastHead.self, "MeanOfTokens": MeanOfTokens.self,
        "Mood": Mood.self, "MoodOfSpeaker": MoodOfSpeaker.self,
        "NoLSTM": NoLSTM.self, "OtherCells": OtherCells.self, "FromContext": FromContext.self,
        "FromEncoder": FromEncoder.self,
        "LateContext": LateContext.self,
        "OverTime": OverTime.self,
        "PaddedFeatures": PaddedFeatures.self, "Pieces": Pieces.self, "PlainLSTM": PlainLSTM.self,
        "SmallHead": SmallHead.self, "SpeakerEncoder": SpeakerEncoder.self,
        "StateBetween": StateBetween.self, "StateOnly": StateOnly.self,
        "StepsInside": StepsInside.self, "Tagger": Tagger.self, "TokenStream": TokenStream.self,
        "Translator": Translator.self, "TwoEncoders": TwoEncoders.self, "WideHeads": WideHeads.self,
        "Windowed": Windowed.self,
    ]
}
