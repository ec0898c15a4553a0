// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMGeneration
import LSTMRuntime
import LSTMSpec

/// What a drawing is written as.
enum PictureFormat: String {
    case svg
    case dot
    /// Made from the SVG by a program of the machine.
    case png

    /// By what a file's name ends in; nil where that stands for none of these.
    init?(ending: String) {
        switch ending {
        case "svg", "": self = .svg
        case "dot", "gv": self = .dot
        case "png": self = .png
        default: return nil
        }
    }

    /// Endings that stand for a format which is not written: a file of that name would not be what it is called.
    static let others: Set = [
        "pdf", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp", "ps", "eps", "svgz", "avif", "heic", "ico", "html",
    ]
}

/// A program that makes a PNG of an SVG.
///
/// Those that read style sheets: ImageMagick alone does not, and paints every box black.
struct Converter {
    let program: String
    /// Its arguments: twice the drawing's size, for screens that are that fine.
    let arguments: @Sendable (_ svg: String, _ png: String) -> [String]

    /// The first that is there is taken.
    static let all = [
        Converter(program: "rsvg-convert") { ["--zoom", "2", "--output", $1, $0] },
        Converter(program: "resvg") { ["--zoom", "2", $0, $1] },
        Converter(program: "inkscape") { ["--export-type=png", "--export-dpi=192", "--export-filename=\($1)", $0] },
        Converter(program: "cairosvg") { ["--scale", "2", "--output", $1, $0] },
    ]

    /// Each one that is on the machine, with where it is.
    static func found() -> [(converter: Converter, path: String)] {
        all.compactMap { converter in executable(converter.program).map { (converter, $0) } }
    }
}

extension SpecLoader {
    /// A PNG of a drawing; nil, with the reason reported at `path`, where no program makes one.
    mutating func png(of svg: String, at path: String) -> [UInt8]? {
        let place = SourceLocation(startOf: path)
        var notes: [Diagnostic.Note] = []
        do {
            let folder = try ScratchFolder(files: ["drawing.svg", "drawing.png", "log"])
            defer { folder.remove() }
            try folder.write(Array(svg.utf8), to: "drawing.svg")
            let (source, target) = (folder.path("drawing.svg"), folder.path("drawing.png"))
            for (converter, program) in Converter.found() {
                // What the one before left is not taken for this one's, nor written into.
                folder.clear("drawing.png")
                do {
                    let code = try folder.run([program] + converter.arguments(source, target), log: "log")
                    if code == 0 {
                        let bytes = try fileBytes(at: target, limit: FileLimits.inputBytes)
                        if bytes.starts(with: Array("\u{89}PNG\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) })) {
                            return bytes
                        }
                        notes.append(.init("\(program) wrote no PNG"))
                    } else {
                        let said = (try? fileBytes(at: folder.path("log"), limit: 1 << 20)).flatMap(lastLine)
                        let how = code < 0 ? "was ended by signal \(-code)" : "failed with exit code \(code)"
                        notes.append(.init("\(printable(program)) \(how)" + (said.map { ": \(cut($0))" } ?? "")))
                    }
                } catch let error as WriteError {
                    notes.append(.init("\(printable(program)) cannot be run: \(error.reason)"))
                } catch let error as FileError {
                    notes.append(.init("\(printable(program)) wrote no file: \(error.description)"))
                }
            }
        } catch {
            report(PictureMistake.noFolder(path, reason: (error as? WriteError)?.reason ?? "\(error)"), at: place)
            return nil
        }
        report(notes.isEmpty ? PictureMistake.noConverter(path) : .failed(path), at: place, notes: notes)
        return nil
    }
}

/// Why a drawing is not written under a name.
enum PictureMistake: Mistake {
    case noConverter(String)
    case failed(String)
    case noFolder(String, reason: String)
    /// `formats` are the endings that are written.
    case unknownEnding(String, formats: [String])
    case otherFormat(String, format: String)

    var code: String { "output" }

    var message: String {
        switch self {
        case .noConverter(let path):
            "\(quoted(path)) needs a program that makes a PNG of an SVG, and none is there: install librsvg "
                + "(apt install librsvg2-bin, brew install librsvg), resvg, Inkscape or CairoSVG, or write a .svg file, "
                + "which every browser opens"
        case .failed(let path):
            "\(quoted(path)) cannot be made: no program that is there made a PNG of the drawing; write a .svg file, which "
                + "every browser opens"
        case .noFolder(let path, let reason):
            "\(quoted(path)) cannot be made: no file can be written in the temporary folder: \(reason)"
        case .unknownEnding(let path, let formats):
            "\(quoted(path)) does not end in what a drawing is written as, which is "
                + inWords(formats, "or")
        case .otherFormat(let path, let format):
            "\(quoted(path)) would not be what its name says: the format is \(format); change one of them"
        }
    }
}
