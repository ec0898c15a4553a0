// SPDX-License-Identifier: Apache-2.0

/// The product, or nil where it does not fit in an Int.
public func checkedProduct(_ factors: Int...) -> Int? {
    checkedProduct(factors)
}

/// The product, or nil where it does not fit in an Int.
public func checkedProduct(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors {
        let (value, overflow) = product.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        product = value
    }
    return product
}

/// The sum, or nil where it does not fit in an Int or a term is missing.
public func checkedSum(_ terms: [Int?]) -> Int? {
    var sum = 0
    for term in terms {
        guard let term else { return nil }
        let (value, overflow) = sum.addingReportingOverflow(term)
        if overflow { return nil }
        sum = value
    }
    return sum
}
