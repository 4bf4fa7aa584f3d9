import Autograd
import Testing

@Suite("Shapes laid over each other by NumPy's rules")
struct BroadcastingTests {
    /// Pairs of shapes and the result's.
    static let pairs: [(Shape, Shape, Shape)] = [
        ([4], [4, 1], [4, 4]), ([3, 1, 5], [2, 1], [3, 2, 5]), ([2, 3, 4], [], [2, 3, 4]),
        ([2, 1, 4, 1], [3, 1, 5], [2, 3, 4, 5]), ([1, 1, 1], [2, 2], [1, 2, 2]), ([0, 3], [1, 1], [0, 3]),
        ([2, 3, 1, 2, 1], [3, 4, 1, 7], [2, 3, 4, 2, 7]), ([5, 1, 3, 4], [5, 2, 3, 4], [5, 2, 3, 4]),
        ([2, 3, 4], [2, 1, 4], [2, 3, 4]), ([2, 3, 4], [3, 1], [2, 3, 4]), ([1], [1], [1]),
    ]

    /// Element by element through coordinates: nothing is shared with the code under test.
    private func plain(_ a: [Float], _ b: [Float], _ shapes: (Shape, Shape, Shape)) -> [(Int, Int)] {
        let sizes = shapes.2.dimensions
        func place(_ shape: Shape, _ coordinates: [Int]) -> Int {
            let own = shape.dimensions
            return zip(own, coordinates.suffix(own.count)).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
        }
        return (0..<shapes.2.count).map { position in
            var rest = position
            var coordinates = [Int](repeating: 0, count: sizes.count)
            for axis in sizes.indices.reversed() {
                coordinates[axis] = rest % sizes[axis]
                rest /= sizes[axis]
            }
            return (place(shapes.0, coordinates), place(shapes.1, coordinates))
        }
    }

    @Test("Value and both gradients of a difference of products", arguments: availableSets)
    func pairs(set: InstructionSet) {
        var random = SplitMix(state: 3)
        for (first, second, result) in BroadcastingTests.pairs {
            let (a, b) = (random.floats(first.count), random.floats(second.count))
            let weights = random.floats(result.count)
            let places = plain(a, b, (first, second, result))
            var model = Parameters([])
            model.all = [Parameter(shape: first.dimensions, a), Parameter(shape: second.dimensions, b)]
            set.run {
                withTape {
                    let (_, gradients, values) = valueAndGradients(at: model) { model in
                        let (x, y) = (model.all[0].tensor, model.all[1].tensor)
                        let z = x * y - y
                        #expect(z.shape == result)
                        return ((z * Tensor(copying: weights, result)).sum(), z.values)
                    }
                    #expect(values == places.map { a[$0.0] * b[$0.1] - b[$0.1] })
                    var (da, db) = (
                        [Double](repeating: 0, count: a.count), [Double](repeating: 0, count: b.count)
                    )
                    for (place, weight) in zip(places, weights) {
                        da[place.0] += Double(weight * b[place.1])
                        db[place.1] += Double(weight * (a[place.0] - 1))
                    }
                    #expect(differences(gradients[0], da, 2e-6, "\(first) with \(second)") == [])
                    #expect(differences(gradients[1], db, 2e-6, "\(second) with \(first)") == [])
                }
            }
        }
    }

    @Test("Repeating and summing undo each other")
    func broadcastAndSum() {
        withTape {
            let x = Tensor(copying: [1, 2, 3] as [Float], [3, 1])
            #expect(x.broadcast(to: [2, 3, 2]).values == [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3])
            #expect(x.broadcast(to: [2, 3, 2]).summed(to: [3, 1]).values == [4, 8, 12])
            #expect(x.broadcast(to: [2, 3, 2]).summed(to: []).values == [24])
        }
    }
}
