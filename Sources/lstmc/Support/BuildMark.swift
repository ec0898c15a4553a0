// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

private let markText = """
    lstmc changes this file whenever it runs. It is an input of the command that runs lstmc, so every build runs it: only
    lstmc knows which files a spec reads, and it writes nothing where they give what is there already.

    """

/// Changes a file that a build has among a command's inputs, so that the next build runs that command again.
///
/// The file gets another length than it had: file systems that count time in seconds show that, too.
///
/// - Returns: the system's reason where it cannot be written.
func changeMark(_ path: String) -> String? {
    let present = try? fileBytes(at: path, limit: 2 * markText.utf8.count)
    let text = present == Array(markText.utf8) ? markText + "\n" : markText
    return writeAtomically([Output(path: path, text: text)]).first?.reason
}
