import Autograd
import RLCore
import RLTraining
import Testing

@Suite struct ObservationEncoderTests {
    private func encoded(
        _ space: Space, rows: Int, _ fill: (inout ObservationBatch) -> Void
    ) throws -> (values: [Float], rows: Int, columns: Int) {
        let encoder = try ObservationEncoder(for: space)
        var batch = ObservationBatch(for: space, count: rows)
        fill(&batch)
        let (values, tensorRows, columns) = withTape {
            let tensor = encoder(batch).tensor
            return (tensor.values, tensor.rows, tensor.columns)
        }
        #expect(encoder.shape.count == columns)
        return (values, tensorRows, columns)
    }

    @Test func numbersAsTheyAre() throws {
        let box = Space.box(Box(low: [-.infinity], high: [.infinity], shape: [3, 1]))
        let result = try encoded(box, rows: 2) { $0.floats = [-1, 2.5, 1e20, 0, -0.5, 7] }
        #expect(result == ([-1, 2.5, 1e20, 0, -0.5, 7], 2, 3))
    }

    /// Divided by their upper bound, once: 255 for pixels, 1 for binary planes.
    @Test(
        arguments: [
            ([255], 255), ([1], 1), ([10], 10), ([3, 9, 9, 9], 9),
            // Bounds that no byte has, or that would make every input infinite.
            ([.infinity], 255), ([1000], 255), ([0], 1),
        ] as [([Float], Float)])
    func bytes(_ high: [Float], _ divisor: Float) throws {
        let box = Space.box(Box(low: [0], high: high, shape: [2, 2], scalarType: .uint8))
        let result = try encoded(box, rows: 2) { $0.bytes = [0, 1, 2, 3, 4, 5, 9, 255] }
        #expect(result.rows == 2 && result.columns == 4)
        let expected = [0, 1, 2, 3, 4, 5, 9, 255].map { $0 / divisor }
        #expect(zip(result.values, expected).allSatisfy { abs($0 - $1) <= 1e-6 * $1 })
        if divisor == 255 { #expect(result.values[7] == 1) }
    }

    /// What has rows, columns and channels stays an image, everything else is a row of numbers.
    @Test func shapes() throws {
        func shape(_ dimensions: [Int], _ scalarType: ScalarType) throws -> [Int] {
            let box = Box(low: [0], high: [255], shape: dimensions, scalarType: scalarType)
            return try ObservationEncoder(for: .box(box)).shape.dimensions
        }
        #expect(try shape([10, 9, 4], .uint8) == [10, 9, 4])
        #expect(try shape([10, 9, 4], .float32) == [10, 9, 4])
        #expect(try shape([10, 9], .uint8) == [90])
        #expect(try ObservationEncoder(for: .discrete(7)).shape.dimensions == [7])
    }

    @Test func states() throws {
        let result = try encoded(.discrete(3), rows: 4) { $0.indices = [2, 0, 1, 2] }
        #expect(result == ([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], 4, 3))
    }

    @Test func severalChoices() throws {
        let result = try encoded(.multiDiscrete([2, 3]), rows: 3) { $0.indices = [0, 2, 1, 0, 1, 1] }
        #expect(result == ([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0], 3, 5))
    }

    @Test(arguments: [
        Space.box(Box(low: [0], high: [1], shape: [2], scalarType: .int32))
    ])
    func refused(_ space: Space) {
        let error = #expect(throws: ConfigurationError.self) { try ObservationEncoder(for: space) }
        #expect(error?.description.contains("\n") == false)
    }
}
