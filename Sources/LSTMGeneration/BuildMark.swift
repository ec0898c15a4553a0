// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

private let markText = """
    lstmc changes this file whenever it runs. It is an input of the command that runs lstmc, so every build runs it: only
    lstmc knows which files a spec reads, and it writes nothing where they give what is there already.

    """

/// Changes a file that a build has among a command's inputs, so that the next build runs that command again.
///
/// The file gets a length that it had in none of the last runs: file systems that count time in seconds show that, too.
///
/// A file that is there and neither empty nor a mark is left alone: it may be a spec.
///
/// - Returns: the reason where it cannot be written.
package func changeMark(_ path: String) -> String? {
    let (text, turns) = (Array(markText.utf8), 64)
    let present: [UInt8]
    do throws(FileError) {
        present = try fileBytes(at: path, limit: 4096)
    } catch .tooLarge {
        return noMark
    } catch {
        // Writing it says why, where that fails, too.
        present = []
    }
    let isMark = present.starts(with: markText.utf8.prefix { $0 != UInt8(ascii: ".") })
    guard present.isEmpty || isMark else { return noMark }
    let turn = present.count < text.count ? 0 : (present.count - text.count + 1) % turns
    let newlines = [UInt8](repeating: UInt8(ascii: "\n"), count: turn)
    return writeAtomically([Output(path: path, bytes: text + newlines)]).first?.reason
}

private let noMark = "the file that is there is no mark of lstmc"
