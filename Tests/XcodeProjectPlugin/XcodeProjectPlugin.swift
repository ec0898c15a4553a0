// SPDX-License-Identifier: Apache-2.0
//
// The part of Xcode's module of this name that LSTMBuildPlugin uses, as declarations: Tools/test-consumer.sh checks the
// plugin's types against it where there is no Xcode. Nothing of it is ever run.

import Foundation
import PackagePlugin

public protocol XcodeBuildToolPlugin {
    func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command]
}

public protocol XcodePluginContext {
    var xcodeProject: XcodeProject { get }
    var pluginWorkDirectoryURL: URL { get }
    func tool(named name: String) throws -> PluginContext.Tool
}

public protocol XcodeProject {
    var displayName: String { get }
    var directoryURL: URL { get }
}

public protocol XcodeTarget {
    var displayName: String { get }
    var inputFiles: FileList { get }
}
