import Autograd
import RLCore

extension Activation: SettingChoice {}
extension OptimizerChoice: SettingChoice {}
extension NetworkChoice: SettingChoice {}

extension Archive {
    /// Visits the parameters of a module under `name`: `network.layers.0.weight`. Weights are written as PyTorch users
    /// expect them: [out, in] of linear layers, which are [in, out] in memory, and [out, in, height, width] of
    /// convolutions, which are [height, width, in, out].
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
        let order = AxisOrder(inFilesOf: parameter)
        var values = parameter.values
        if let order { values = order.applied(to: values) }
        try archive.field(fullName, &values, shape: order?.fileShape ?? parameter.shape.dimensions)
        guard archive.isRestoring else { return }
        if let order { values = order.reverted(values) }
        parameter.withUnsafeMutableBufferPointer { _ = $0.update(from: values) }
    }

    mutating func visitState(_ name: StaticString, _ state: inout Parameter) throws(ArchiveError) {
        try visit(name, &state)
    }
}

/// A parameter's axes in memory and their order in a file.
private struct AxisOrder {
    let fileShape: [Int]
    /// For each number in the file, its place in memory.
    private let places: [Int]

    /// Nil where the two are the same.
    init?(inFilesOf parameter: Parameter) {
        let dimensions = parameter.shape.dimensions
        switch parameter.layout {
        case .plain: return nil
        case .inputOutput: self.init(dimensions, [1, 0], fileShape: [dimensions[1], dimensions[0]])
        case .convolution:
            self.init(
                dimensions, [3, 2, 0, 1],
                fileShape: [dimensions[3], dimensions[2], dimensions[0], dimensions[1]])
        case .flattenedImages(let height, let width):
            let channels = dimensions[0] / max(height * width, 1)
            self.init(
                [height, width, channels, dimensions[1]], [3, 2, 0, 1],
                fileShape: [dimensions[1], dimensions[0]])
        }
    }

    /// The axes of memory, outermost first, and for each axis of the file the one that it is.
    private init(_ dimensions: [Int], _ order: [Int], fileShape: [Int]) {
        self.fileShape = fileShape
        var places = [0]
        for axis in order {
            let step = dimensions[(axis + 1)...].reduce(1, *)
            places = places.flatMap { place in (0..<dimensions[axis]).map { place + $0 * step } }
        }
        self.places = places
    }

    func applied(to values: [Float]) -> [Float] { places.map { values[$0] } }

    func reverted(_ values: [Float]) -> [Float] {
        var result = values
        for (value, place) in zip(values, places) { result[place] = value }
        return result
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
