// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

// The types of LSTMFiles that errors and initialisers here name, so that a program imports LSTMRuntime alone.

/// Why a file could not be read.
public typealias FileError = LSTMFiles.FileError

/// Why bytes are no safetensors file, or hold no tensor that is needed.
public typealias SafetensorsError = LSTMFiles.SafetensorsError

/// Numbers that are read piece by piece: a tensor in a file, or an array.
public typealias FloatSource = LSTMFiles.FloatSource

/// An array as a source of numbers.
public typealias FloatArray = LSTMFiles.FloatArray

/// How the values of a matrix are kept.
public typealias WeightPrecision = LSTMFiles.WeightPrecision

/// How the elements of a tensor are stored.
public typealias ElementType = LSTMFiles.ElementType
