// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The repository's root folder, found from this file's own place.
public let repositoryRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
