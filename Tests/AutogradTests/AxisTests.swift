import Autograd
import Testing

@Suite("Axes: sums, extrema, slices, order, indices")
struct AxisTests {
    private let counting = (0..<24).map(Float.init)

    @Test("Along every axis of three")
    func reductions() {
        withTape {
            let x = Tensor(copying: counting, [2, 3, 4])
            #expect(x.sum(axis: 0).values == (0..<12).map { Float(2 * $0 + 12) })
            #expect(x.sum(axis: 1).values == [12, 15, 18, 21, 48, 51, 54, 57])
            #expect(x.sum(axis: -1).values == [6, 22, 38, 54, 70, 86])
            #expect(x.mean(axis: 1, keepingAxis: true).shape == [2, 1, 4])
            #expect(x.mean(axis: 2).values == [1.5, 5.5, 9.5, 13.5, 17.5, 21.5])
            #expect(
                x.max(axis: 1).values == [8, 9, 10, 11, 20, 21, 22, 23] && x.max(axis: 1).shape == [2, 4])
            #expect(x.min(axis: 0).values == (0..<12).map(Float.init))
            #expect((-x).argmax(axis: 1).values == [Int32](repeating: 0, count: 8))
            #expect(x.argmax().values == [3, 3, 3, 3, 3, 3] && x.argmax().shape == [2, 3])
        }
    }

    @Test("A NaN wins, and the first of equals")
    func extrema() {
        withTape {
            let x = Tensor(copying: [1, .nan, 2, 3, 3, 3] as [Float], [2, 3])
            #expect(x.max(axis: 1).values[0].isNaN && x.min(axis: 1).values[0].isNaN)
            #expect(x.argmax(axis: 1).values == [1, 0] && x.argmax(axis: 0).values == [1, 0, 1])
        }
    }

    @Test("Slices, concatenation, stacking, another order")
    func moves() {
        withTape {
            let x = Tensor(copying: counting, [2, 3, 4])
            #expect(x.sliced(axis: 1, 1..<2).values == [4, 5, 6, 7, 16, 17, 18, 19])
            #expect(x.columns(1..<3).shape == [2, 3, 2])
            let halves = concatenated([x.sliced(axis: 2, 2..<4), x.sliced(axis: 2, 0..<2)], axis: 2)
            #expect(halves.values.prefix(4) == [2, 3, 0, 1])
            #expect(concatenated([x, x], axis: 0).shape == [4, 3, 4])
            #expect(stacked([x, x], axis: 1).shape == [2, 2, 3, 4])
            #expect(stacked([Tensor(1), Tensor(2)]).values == [1, 2])
            let turned = x.permuted([2, 0, 1])
            #expect(turned.shape == [4, 2, 3] && turned.values.prefix(7) == [0, 4, 8, 12, 16, 20, 1])
            #expect(turned.permuted([1, 2, 0]).values == counting)
            #expect(x.transposed().shape == [2, 4, 3] && x.transposed().values[1] == 4)
        }
    }

    @Test("Products of a batch are products of each")
    func batchedProduct() {
        var random = SplitMix(state: 4)
        let (a, b) = (random.floats(2 * 3 * 5), random.floats(2 * 5 * 4))
        withTape {
            let product = matmul(Tensor(copying: a, [2, 3, 5]), Tensor(copying: b, [2, 5, 4]))
            #expect(product.shape == [2, 3, 4])
            for index in 0..<2 {
                let one = matmul(
                    Tensor(copying: a[index * 15..<(index + 1) * 15], [3, 5]),
                    Tensor(copying: b[index * 20..<(index + 1) * 20], [5, 4]))
                #expect(product.sliced(axis: 0, index..<index + 1).values == one.values)
            }
            let shared = matmul(Tensor(copying: a, [2, 3, 5]), Tensor(copying: b.prefix(20), [5, 4]))
            #expect(shared.shape == [2, 3, 4])
        }
    }

    @Test("Whole numbers and bytes")
    func otherNumbers() {
        withTape {
            let indices = IndexTensor(copying: [2, 0, 1, 1], [2, 2])
            #expect(indices.oneHot(depth: 3).shape == [2, 2, 3])
            #expect(indices.oneHot(depth: 3).values == [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0])
            #expect(indices.floats().values == [2, 0, 1, 1] && indices.reshaped([4]).values == [2, 0, 1, 1])
            let bytes = ByteTensor(aliasing: [0, 51, 255, 1], [2, 2])
            #expect(bytes.scaled(by: 2).values == [0, 102, 510, 2] && bytes.shape == [2, 2])
            let rows = Tensor(copying: [1, 2, 3, 4] as [Float], [2, 2])
            #expect(
                rows.scatteringRows(at: IndexTensor(copying: [2, 2]), count: 3).values == [0, 0, 0, 0, 4, 6])
        }
    }

    @Test("A choice by a mask passes no gradient to what was not chosen, even where that is infinite")
    func select() {
        let model = Parameters([Reference(rows: 1, columns: 2, [0, 4])])
        withTape {
            let (_, gradients, values) = valueAndGradients(at: model) { model in
                let x = model.all[0].tensor
                let y = Autograd.select(x.isGreater(than: 0), x.log(), x * 2)
                return (y.sum(), y.values)
            }
            #expect(values[0] == 0 && abs(values[1] - 1.386294) < 1e-6)
            // The logarithm of 0 has an infinite slope, times a gradient of 0.
            #expect(gradients[0][1] == 0.25)
        }
    }

    @Test("One value, another's gradient")
    func straightThrough() {
        let model = Parameters([Reference(rows: 1, columns: 3, [0.2, 0.7, -0.4])])
        withTape {
            let (_, gradients, values) = valueAndGradients(at: model) { model in
                let smooth = model.all[0].tensor.tanh()
                let hard = smooth.isGreater(than: 0).straightThrough(to: smooth)
                return ((hard * 3).sum(), hard.values)
            }
            #expect(values == [1, 1, 0])
            let slope = valueAndGradients(at: model) { ($0.all[0].tensor.tanh() * 3).sum() }.gradients[0]
            #expect(gradients[0] == slope)
        }
    }
}
