import Autograd
import Testing

/// A pooling of images, both ways.
struct PoolingCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: Shape
    let tensor: @Sendable (Tensor) -> Tensor
    let reference: @Sendable ([Double]) -> [Double]

    private static func windows(
        _ input: Shape, _ kernel: Extent, _ stride: Extent?, _ padding: Padding
    ) -> [PoolingCase] {
        let window = Window(
            kernel: kernel, stride: stride ?? kernel, padding: padding, over: Extent(input[1], input[2]),
            "test")
        let name = "\(input), \(kernel), stride \(window.stride), padding \(padding)"
        let counted = PoolingShape(input: input, window: window, countsPadding: true)
        let uncounted = PoolingShape(input: input, window: window, countsPadding: false)
        return [
            PoolingCase(testDescription: "max \(name)", input: input) {
                $0.maxPooled(kernel, stride: stride, padding: padding)
            } reference: {
                uncounted.maxPool($0)
            },
            PoolingCase(testDescription: "average \(name)", input: input) {
                $0.averagePooled(kernel, stride: stride, padding: padding)
            } reference: {
                counted.averagePool($0)
            },
            PoolingCase(testDescription: "average without padding \(name)", input: input) {
                $0.averagePooled(kernel, stride: stride, padding: padding, countingPadding: false)
            } reference: {
                uncounted.averagePool($0)
            },
        ]
    }

    private static func divided(_ input: Shape, _ size: Extent) -> PoolingCase {
        let shape = PoolingShape(input: input, dividedInto: size)
        return PoolingCase(testDescription: "\(input) divided into \(size)", input: input) {
            $0.averagePooled(to: size)
        } reference: {
            shape.averagePool($0)
        }
    }

    private static func resized(_ input: Shape, _ size: Extent) -> [PoolingCase] {
        [Interpolation.nearest, .bilinear, .bilinearWithCorners].map { interpolation in
            let output: Shape = [input[0], size.height, size.width, input[3]]
            return PoolingCase(testDescription: "\(input) resized to \(size), \(interpolation)", input: input)
            {
                $0.resized(to: size, interpolation)
            } reference: {
                ImageReference.resize($0, input, to: output, interpolation)
            }
        }
    }

    static let all =
        windows([2, 4, 6, 3], 2, nil, .none) + windows([1, 7, 5, 17], 3, 2, .each(1))
        + windows([2, 6, 6, 1], 3, 2, .same) + windows([2, 5, 5, 2], Extent(1, 3), Extent(2, 1), .none)
        + windows([1, 5, 5, 2], 2, 4, .none) + windows([0, 4, 4, 2], 2, 2, .none)
        + windows([1, 1, 1, 5], 1, 1, .none)
        + [divided([2, 7, 5, 3], Extent(3, 2)), divided([1, 3, 3, 2], 5), divided([2, 4, 4, 2], 1)]
        + resized([2, 3, 4, 2], Extent(6, 5)) + resized([1, 5, 7, 3], Extent(2, 3))
        + resized([1, 1, 1, 2], 3) + resized([1, 4, 4, 1], 1) + resized([1, 3, 3, 20], 3)
}

@Suite("Pooling and resizing")
struct PoolingTests {
    @Test("Value and gradient are the plain loops' in Double", arguments: PoolingCase.all, availableSets)
    func againstReference(_ test: PoolingCase, _ set: InstructionSet) {
        var random = SplitMix(state: 1)
        let x = Reference(rows: test.input.rows, columns: test.input.columns) { _, _ in
            Double(random.float(in: -1...1))
        }
        let input = test.input
        let pair = images({ test.tensor($0[0].reshaped(input)) }, columns: input.columns) {
            test.reference($0[0])
        }
        set.run { #expect(disagreements(pair, at: [x]) == []) }
    }

    @Test(
        "The first of equal maxima gets the gradient, and a value that is not a number wins",
        arguments: availableSets)
    func ties(_ set: InstructionSet) {
        set.run {
            withTape {
                let x = Tensor(copying: [1, 3, 3, 2, 0, 0, .nan, 5], [1, 2, 4, 1])
                let (_, gradient) = valueAndGradient(at: x) { $0.maxPooled(2).sum() }
                #expect(gradient.values == [0, 1, 0, 0, 0, 0, 1, 0])
                #expect(x.maxPooled(2).values[0] == 3 && x.maxPooled(2).values[1].isNaN)
            }
        }
    }

    @Test("The mean of whole images is a row for each")
    func globalAverage() {
        withTape {
            let x = Tensor(copying: [1, 10, 3, 20, 5, 30, 7, 40], [1, 2, 2, 2])
            #expect(x.globalAveragePooled().shape == [1, 2] && x.globalAveragePooled().values == [4, 25])
        }
    }
}
