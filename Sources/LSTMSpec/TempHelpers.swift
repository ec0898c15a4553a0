package func quoted(_ s: String) -> String { "'\(s)'" }
package func nearest(to word: String, among words: [String]) -> String? { words.first }
