// SPDX-License-Identifier: Apache-2.0

/// What one key of a spec takes and means: what the JSON Schema says of it.
package struct KeyDescription {
    package enum Value {
        /// A whole number from `minimum`.
        case integer(minimum: Int?, maximum: Int? = nil)
        case number(minimum: Double? = nil, maximum: Double? = nil)
        /// A whole number from `minimum`, or one of these words.
        case integerOrWord(minimum: Int, words: [String])
        /// Whole numbers from 1, as a list.
        case sizes
        /// A number, a list of numbers, or a tensor's name.
        case numbers
        /// Names of layers or inputs: one, or a list.
        case references(minimum: Int, maximum: Int?)
        /// An input's name with what it takes, for each input.
        case inputs
        case boolean
        case text
        /// The name of a type or a layer: a Swift identifier.
        case identifier
        /// One of these words.
        case choice([String])
        case texts(allowsEmpty: Bool)
        /// Texts that may look like numbers or booleans.
        case labels
        /// A text for each key, whatever the keys are.
        case textMap
        /// A number of things, with k or M after it.
        case count
        /// A number of bytes, with B, kB, MB, KiB or MiB after it.
        case bytes
        /// The format version, of which there is one.
        case version
        case section(Section)
        case layers
    }

    package var key: String
    package var value: Value
    /// What the key means, in whole sentences.
    package var text: String
    /// As YAML writes it; nil where the key has no default that can be written down.
    package var standard: String?
    package var isRequired = false

    init(_ key: String, _ value: Value, required: Bool = false, default standard: String? = nil, _ text: String) {
        (self.key, self.value, self.text, self.standard) = (key, value, text, standard)
        isRequired = required
    }
}

extension Section {
    /// What the section is for.
    package var summary: String {
        switch self {
        case .root: "An LSTM model in PyTorch's words: one model a file, called NAME.lstm.yaml."
        case .input: "What a step of the input is: give one of features, tokens and shape."
        case .namedInput: "What a step of this input is: give one of features, tokens and shape."
        case .weights:
            "The checkpoint the weights come from. Without it only what needs no weights works: check, describe, ir."
        case .vocabulary: "Turns text into token ids, one for each Unicode scalar; needs tokens as the input."
        case .budget: "Limits that the model must keep: more than one of them is an error."
        case .initial: "The first state from other values of the model, such as an encoder's last state."
        case .layer(let kind): kind.summary
        }
    }

    /// Every key of ``keys``, in that order.
    package var keyDescriptions: [KeyDescription] {
        switch self {
        case .root: rootKeys
        case .input:
            [
                .init("features", .integer(minimum: 1), "The number of floats in a step of a dense input."),
                .init(
                    "tokens", .integer(minimum: 1), "The number of token ids: the input is integers from 0 to one less."
                ),
                shapeKey, paddingKey, batchFirstKey,
            ]
        case .namedInput:
            [
                .init("features", .integer(minimum: 1), "The number of floats in a step of a dense input."),
                .init(
                    "tokens", .integer(minimum: 1), "The number of token ids: the input is integers from 0 to one less."
                ),
                shapeKey, paddingKey,
                .init(
                    "per", .choice(InputEntry.Per.allCases.map(\.rawValue)), default: "step",
                    "step has a value at each step; sequence has one for the whole sequence, without a time axis, and is "
                        + "repeated over time where it meets one."),
            ]
        case .weights: weightsKeys
        case .vocabulary:
            [
                .init(
                    "file", .text, required: true,
                    "A JSON object from each character, or text of several, to its token id; the path is relative to the spec. A text "
                        + "is cut into the longest entries from its start on. Entries such as <unk> stand for no text."),
                .init(
                    "unknown", .integer(minimum: 0), required: true,
                    "The token id of every character that no entry begins with."),
            ]
        case .budget:
            [
                .init("parameters", .count, "The most parameters the model may have, such as 2M."),
                .init(
                    "weight_bytes", .bytes,
                    "The most bytes its weights may take, such as 8 MiB: four for each, or two or one where weights.precision says so."
                ),
                .init(
                    "macs_per_step", .count, "The most multiply-adds one step of one sequence may cost, such as 10k."),
                .init(
                    "max_error", .number(minimum: 0),
                    "The largest absolute error of a result that 'lstmc verify' may find, such as 1e-6; more than 0."),
            ]
        case .initial(let hasC):
            [
                .init(
                    "h", .text,
                    "What the first h is: an input, a layer or a part such as encoder.h_n, of layers * directions * size "
                        + "values without a time axis. Default: zeros.")
            ]
                + (hasC
                    ? [.init("c", .text, "The same for the first c, of layers * directions * hidden_size values.")]
                    : [])
        case .layer(let kind): kind.keyDescriptions
        }
    }
}

private let shapeKey = KeyDescription(
    "shape", .sizes, "The sizes of a step with several axes, in place of features: [channels, positions].")
private let paddingKey = KeyDescription(
    "padding", .number(),
    "The token id, or the value of all features of a step, that fills sequences up: steps of it before and after a "
        + "sequence are skipped, and results there are zeros. Given lengths win. Default: none.")
private let batchFirstKey = KeyDescription(
    "batch_first", .boolean, default: "false",
    "The order of the input's axes, as in PyTorch: true is (batch, time, features), false is (time, batch, features). "
        + "The first state keeps its order either way.")

private let rootKeys: [KeyDescription] = [
    .init("lstmc", .version, required: true, "The version of the spec format; 1 is the only one."),
    .init(
        "name", .identifier,
        "The name of the Swift type that is generated. Default: the file's name up to its first dot."),
    .init("description", .text, "A sentence about the model; it becomes the generated type's documentation."),
    .init("input", .section(.input), Section.input.summary + " Its name is x. Needed where there is no inputs."),
    .init(
        "inputs", .inputs,
        "Several inputs, in place of input: a name for each, with what a step of it is. The names are those of files and of "
            + "the generated type's arguments."),
    .init("batch_first", .boolean, default: "false", "The same as in input, for all inputs; only beside inputs."),
    .init("weights", .section(.weights), Section.weights.summary),
    .init(
        "layers", .layers, required: true,
        "The layers from input to output. Each is a mapping whose one kind word (lstm, linear, ...) has the layer's "
            + "name as its value, followed by the keys of that kind."),
    .init(
        "outputs", .texts(allowsEmpty: false),
        "The results the model gives, by layer name. An lstm's are output, h_n and c_n, a gru's and an rnn's output and h_n "
            + "(NAME.output and so on where there are several recurrent layers); its own name means all of them. Default: "
            + "what the last layer gives."),
    .init(
        "labels", .labels,
        "The names of the values along the last axis of the model's last result, as many as it has."),
    .init(
        "segment_starts", .labels,
        "The labels that begin a segment, for word segmentation and tagging; needs labels."),
    .init("vocabulary", .section(.vocabulary), Section.vocabulary.summary),
    .init("budget", .section(.budget), Section.budget.summary),
]

private let weightsKeys: [KeyDescription] = [
    .init(
        "file", .text, required: true,
        "The checkpoint, relative to the spec: .safetensors, .pt or .pth (no code in it is run), or .npz."),
    .init(
        "placement", .choice(WeightsEntry.Placement.allCases.map(\.rawValue)), default: "embedded",
        "Where generated code has its weights: embedded is inside the source, file is a .safetensors file that is "
            + "loaded at run time."),
    .init(
        "precision", .choice(WeightsEntry.Precision.allCases.map(\.rawValue)), default: "float32",
        "How the matrices of recurrent layers, linear and conv1d are kept in generated code, in weight files and in memory: "
            + "float16 and bfloat16 take half the bytes. Each weight is rounded once to the nearest; everything else is "
            + "float32, as are biases, norms, embeddings and all sums. int8 takes a quarter: whole numbers and a scale for each "
            + "row; what a matrix multiplies is rounded to 8 bits as well, at every step."),
    .init(
        "prefix", .text,
        "Text before every tensor name, such as \"model.\"; tensors without it are not looked at. Default: none."),
    .init(
        "names", .textMap,
        "Layer name to module path in the checkpoint, where the two differ; \"\" is for bare tensor names. Default: "
            + "the layer's name."),
    .init(
        "key", .text,
        "Where in a .pt file's dictionary the state_dict is. Default: it is found by itself."),
    .init(
        "ignore", .texts(allowsEmpty: true), default: "[]",
        "Patterns of tensor names (* is any text) that are in the file and not used; any other unused tensor is an "
            + "error."),
]
