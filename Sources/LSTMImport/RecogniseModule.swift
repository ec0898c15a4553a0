// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What a module is, by its tensors' names and shapes, which are PyTorch's.
///
/// Throws where it is something that a spec has no layer for, or where its tensors do not fit one another.
func recognise(_ module: ModuleTensors) throws(ImportMistake) -> RecognisedModule {
    if let foreign = foreignKind(of: module) {
        throw .foreignModule(path: module.shownPath, kind: foreign, patterns: ignorePatterns(module))
    }
    if module.shapes.keys.contains(where: { $0.hasPrefix("weight_ih") || $0.hasPrefix("weight_hh") }) {
        return try recogniseRecurrent(module)
    }
    let shapes = module.shapes
    guard let weight = shapes["weight"], Set(shapes.keys).isSubset(of: ["weight", "bias"]),
        weight.allSatisfy({ $0 > 0 })
    else { throw unknown(module) }
    let bias = shapes["bias"]
    guard bias == nil || bias == weight.prefix(1).map(\.self) else { throw unknown(module) }
    switch weight.count {
    case 1:
        return RecognisedModule(tensors: module, kind: .layerNorm(size: weight[0], bias: bias != nil))
    case 2:
        if bias != nil {
            return RecognisedModule(
                tensors: module, kind: .linear(inFeatures: weight[1], outFeatures: weight[0], bias: true))
        }
        return RecognisedModule(
            tensors: module,
            kind: isNamed(module, ["emb", "lookup", "wte"])
                ? .embedding(tokens: weight[0], dim: weight[1]) : .matrix(rows: weight[0], columns: weight[1]))
    default: throw unknown(module)
    }
}

/// True where one of the words is in the last part of the module's path, whatever its case.
private func isNamed(_ module: ModuleTensors, _ words: [String]) -> Bool {
    let name = module.lastComponent.prefix(200).lowercased()
    return words.contains { name.contains($0) }
}

/// What leaves the module out, one pattern; for tensors without a module, one for each.
func ignorePatterns(_ module: ModuleTensors) -> [String] {
    module.path.isEmpty ? module.keys : [module.path + ".*"]
}

private func unknown(_ module: ModuleTensors) -> ImportMistake {
    .unknownModule(
        path: module.shownPath,
        tensors: module.keys.map { ($0, module.shapes[$0] ?? []) }.map(ImportMistake.Tensor.init),
        patterns: ignorePatterns(module))
}

/// The word for a module that is known and has no layer in a spec.
private func foreignKind(of module: ModuleTensors) -> String? {
    let shapes = module.shapes
    if shapes["running_mean"] != nil || shapes["running_var"] != nil { return "a batch norm" }
    if shapes["num_batches_tracked"] != nil { return "what a batch norm counts" }
    if shapes["in_proj_weight"] != nil || shapes["q_proj_weight"] != nil { return "an attention layer" }
    if shapes["weight_g"] != nil || shapes["weight_v"] != nil || shapes["original0"] != nil {
        return "a weight norm, which has to be folded into the weights first (remove_parametrizations in PyTorch)"
    }
    if shapes.keys.contains(where: { $0.hasSuffix("_packed_params") || $0 == "zero_point" }) {
        return "a quantized layer"
    }
    if shapes["weight"]?.count == 1, isNamed(module, ["batch", "bn", "group", "gn", "instance", "scale", "affine"]) {
        return "by its name a batch norm, a group norm or a scaling"
    }
    if shapes["weight"]?.count == 1, shapes["bias"] == nil {
        if isNamed(module, ["rms"]) { return "an RMSNorm" }
        if !isNamed(module, ["norm", "ln"]) { return "a PReLU, or something else with one vector" }
    }
    return switch shapes["weight"]?.count {
    case 3: "a one-dimensional convolution (or another layer of three axes)"
    case 4: "a two-dimensional convolution"
    case 5: "a three-dimensional convolution"
    default: nil
    }
}
