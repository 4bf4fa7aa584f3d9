import Autograd
import RLCore

extension Activation: SettingChoice {}
extension OptimizerChoice: SettingChoice {}

extension Archive {
    /// Visits the parameters of a module under `name`: `network.layers.0.weight`. The weights of linear layers are
    /// written [out, in], as PyTorch users expect, and are [in, out] in memory.
    public mutating func module<M: Module>(_ name: String, _ module: inout M) throws(ArchiveError) {
        try scope(name) { archive throws(ArchiveError) in
            var visitor = ParameterArchiver(archive: archive)
            defer { archive = visitor.archive }
            try module.visitParameters(&visitor)
        }
    }

    /// Visits what an optimizer remembers about a model of `parameterCount` numbers.
    public mutating func optimizer<O: Optimizer>(
        _ name: String, _ optimizer: inout O, parameterCount: Int
    ) throws(ArchiveError) {
        try scope(name) { archive throws(ArchiveError) in
            var visitor = OptimizerArchiver(archive: archive, parameterCount: parameterCount)
            defer { archive = visitor.archive }
            try optimizer.visitState(&visitor)
        }
    }

    /// Visits where a stream of random numbers stands: "key", "position".
    public mutating func random(_ name: String, _ random: inout CounterRandom) throws(ArchiveError) {
        try scope(name) { archive throws(ArchiveError) in
            try archive.field("key", &random.key)
            try archive.field("position", &random.position)
        }
    }
}

private struct ParameterArchiver: ParameterVisitor {
    typealias Failure = ArchiveError
    var archive: Archive
    private var path: [String] = []

    init(archive: Archive) {
        self.archive = archive
    }

    mutating func enter(_ name: StaticString, index: Int?) {
        path.append(index.map { "\(name).\($0)" } ?? "\(name)")
    }

    mutating func leave() { path.removeLast() }

    mutating func visit(_ name: StaticString, _ parameter: inout Parameter) throws(ArchiveError) {
        let fullName = (path + ["\(name)"]).joined(separator: ".")
        let dimensions = parameter.shape.dimensions
        let isTransposed = parameter.layout == .inputOutput
        var values = parameter.values
        if isTransposed { values = transposed(values, rows: dimensions[0], columns: dimensions[1]) }
        try archive.field(fullName, &values, shape: isTransposed ? dimensions.reversed() : dimensions)
        guard archive.isRestoring else { return }
        if isTransposed { values = transposed(values, rows: dimensions[1], columns: dimensions[0]) }
        parameter.withUnsafeMutableBufferPointer { _ = $0.update(from: values) }
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) throws(ArchiveError) {
        try visit(name, &state)
    }

    private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] }
    }
}

private struct OptimizerArchiver: OptimizerStateVisitor {
    typealias Failure = ArchiveError
    var archive: Archive
    let parameterCount: Int

    private var sizes: Set<Int> = []

    init(archive: Archive, parameterCount: Int) {
        self.archive = archive
        self.parameterCount = parameterCount
    }

    mutating func visit(_ name: StaticString, _ value: inout Int) throws(ArchiveError) {
        try archive.count("\(name)", &value)
    }

    // All are empty before the first update, and none is afterwards.
    mutating func visit(_ name: StaticString, _ values: inout [Float]) throws(ArchiveError) {
        try archive.variableField("\(name)", &values)
        sizes.insert(values.count)
        guard values.isEmpty || values.count == parameterCount, sizes.count == 1 else {
            throw ArchiveError("'\(name)' holds \(values.count) numbers for \(parameterCount) parameters")
        }
    }
}
