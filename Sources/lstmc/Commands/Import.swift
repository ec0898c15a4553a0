// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCommands
import LSTMGeneration
import LSTMImport
import LSTMSpec

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a spec from a checkpoint's names and shapes.",
        discussion: """
            Reads PyTorch's tensor names from safetensors, what torch.save and torch.jit.save write, .npz and JSON, \
            RTNeural's JSON, ICU's word segmenters, Neural Amp Modeler's .nam, ONNX, and Keras' .keras and .h5: a file is \
            what its bytes are, whatever its name. NAME.lstm.yaml is written to the output folder; where a spec cannot \
            name the file itself, NAME.safetensors too, and of a dictionary NAME.vocabulary.json. The spec passes `check`, or nothing is written. What the file does not \
            say (activations, the order of the axes) is assumed, printed, and a comment in the spec: read those.

            --batch-first, --last and --select decide what a file of tensors leaves open. --against finds it out: \
            of a file with x and what the framework gives for it, it runs every reading, writes the one whose numbers \
            are those (within 1e-4 of the largest), and prints the difference. Inputs go by name or order, results by \
            name or size. Such a file of a PyTorch module:

              from safetensors.torch import save_file
              x = torch.randn(2, 20, 1)  # as the module takes it
              with torch.no_grad(): y = model.eval()(x)
              save_file({"x": x, "y": y.contiguous()}, "case.safetensors")

            Of a Keras model (of tokens, x is int32 or int64):

              x = numpy.random.randn(2, 20, 1).astype("float32")
              numpy.savez("case.npz", x=x, y=model.predict(x))

            Examples:
              lstmc import encoder.pt --name SpeakerEncoder --output Specs
              lstmc import encoder.pt --against case.safetensors
              lstmc import amp.nam --print
            """)

    @Argument(help: "The file to import.", completion: .imported)
    var checkpoint: String

    @Option(help: ArgumentHelp("The model's name; by default from the file's.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp("The folder for the spec; made where it is missing.", valueName: "folder"),
        completion: .directory)
    var output = "."

    @Option(help: ArgumentHelp("Where in a .pt file's dictionary the state_dict is.", valueName: "key"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Tensors that the model does without, such as 'loss.*'; as often as needed.", valueName: "pattern"))
    var ignore: [String] = []

    @Option(
        help: ArgumentHelp(
            "A size that an ONNX file leaves open, or an integer that is its input, such as 'sr=16000'; as often as needed.",
            valueName: "name=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "A .safetensors or .npz file with x and the framework's own results; what is open is read so that it gives them.",
            valueName: "file"), completion: .proof)
    var against: String?

    @Flag(help: "x is (batch, time, features), which a file of tensors does not say.")
    var batchFirst = false

    @Flag(help: "The layers after the last recurrent one read h_n, of both directions, and not every step.")
    var last = false

    @Flag(help: "The layers after the last recurrent one read output's last step, y[:, -1], and not every step.")
    var select = false

    @Flag(help: "Write the tensors to NAME.safetensors also where the spec could name the file itself.")
    var safetensors = false

    @Flag(help: "Leave out a sum of the model's input and its output, which a spec cannot write.")
    var ignoreSkip = false

    @Flag(name: .customLong("print"), help: "Write the spec to stdout, and no file.")
    var prints = false

    @Flag(help: "Write over files that are there.")
    var force = false

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty(
            [("--name", name), ("--output", output), ("--key", key), ("--against", against)]
                + ignore.map { ("--ignore", $0) })
        for text in set where setting(text) == nil {
            throw ValidationError("--set takes a name and a whole number, such as sr=16000, and not \(quoted(text)).")
        }
        let names = set.compactMap { setting($0)?.name }
        if Set(names).count != names.count { throw ValidationError("--set gives a name two values.") }
        if last, select { throw ValidationError("Give --last or --select: what follows reads the one or the other.") }
        if prints, force { throw ValidationError("--print writes no file; leave --force out.") }
        if prints, safetensors { throw ValidationError("--print writes no file; leave --safetensors out.") }
    }

    /// `NAME=VALUE`.
    private func setting(_ text: String) -> (name: String, value: Int)? {
        guard let sign = text.lastIndex(of: "="), sign > text.startIndex,
            let value = Int(text[text.index(after: sign)...])
        else { return nil }
        return (String(text[..<sign]), value)
    }

    func run() throws {
        var request = ImportRequest(checkpoint)
        (request.name, request.folder, request.against) = (name, output, against)
        (request.force, request.prints) = (force, prints)
        request.options.key = key
        request.options.ignore = ignore
        request.options.converts = safetensors
        request.options.ignoresSkip = ignoreSkip
        for (name, value) in set.compactMap(setting) { request.options.settings[name] = value }
        request.options.reading.batchFirst = batchFirst ? true : nil
        request.options.reading.head = last ? .last : select ? .select : nil
        var loader = SpecLoader(options.diagnostics)
        try request.run(&loader)
    }
}
