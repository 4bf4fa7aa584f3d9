import Autograd
import Foundation
import Testing

@Suite("Scopes, inputs and results")
struct TapeTests {
    @Test("An inner scope gives back its memory and leaves the outer tensors alone")
    func nestedScopes() {
        let (first, inner, second) = withTape {
            let a = Tensor(copying: [1, 2, 3] as [Float])
            let inner = withTape { (a * 2).values }
            let b = a + 1
            return (a.values, inner, b.values)
        }
        #expect(first == [1, 2, 3] && inner == [2, 4, 6] && second == [2, 3, 4])
    }

    @Test("A scope inside a body that is differentiated takes nothing from it")
    func scopeInsideDifferentiation() {
        let model = Parameters([Reference(rows: 1, columns: 2, [3, 4])])
        withTape {
            let gradients = valueAndGradients(at: model) { model in
                let x = model.all[0].tensor
                let constant = withTape { x.squared().sum().scalar }
                return (x * constant).sum()
            }.gradients
            #expect(gradients[0] == [25, 25])
        }
    }

    @Test("A scope that ends by an error is closed, tracking with it")
    func errorInBody() {
        struct Stop: Error {}
        let model = Parameters([Reference(rows: 1, columns: 1, [3])])
        #expect(throws: Stop.self) {
            try withTape { try valueAndGradients(at: model) { _ in throw Stop() }.value }
        }
        #expect(withTape { valueAndGradients(at: model) { $0.all[0].tensor.squared() }.gradients[0] } == [6])
    }

    @Test("More memory and more operations than the tape begins with")
    func growth() {
        let model = Parameters([Reference(rows: 1, columns: 1, [1])])
        for _ in 0..<2 {
            let (sum, gradient) = withTape {
                let early = Tensor(copying: [Float](repeating: 1, count: 1000))
                let (_, gradients) = valueAndGradients(at: model) { model in
                    var y = model.all[0].tensor
                    for _ in 0..<5000 { y = y + 1 }
                    return y
                }
                var large = Tensor(zeros: [1000, 1000])
                for _ in 0..<5 { large = large + 1 }
                return (large.mean().scalar + early.sum().scalar, gradients[0])
            }
            #expect(sum == 1005 && gradient == [1])
        }
    }

    @Test("Inputs")
    func inputs() {
        withTape {
            #expect(
                ByteTensor(aliasing: [0, 51, 255], [1, 3]).scaled(by: 0.25).values == [0, 12.75, 63.75])
            #expect(Tensor(oneHot: [2, 0], depth: 3).values == [0, 0, 1, 1, 0, 0])
            #expect(Tensor(7).scalar == 7 && Tensor(7).shape == [])
            let matrix = Tensor(copying: [0, 1, 2, 3, 4, 5] as [Float], rows: 2, columns: 3)
            #expect(matrix.rows == 2 && matrix.columns == 3 && matrix.shape == [2, 3])
            #expect(Tensor(copying: [1, 2, 3, 4][1...] as ArraySlice<Float>).values == [2, 3, 4])
            #expect(Tensor(copying: (0..<3).lazy.map { Float($0) }).values == [0, 1, 2])
            var array = [Float](repeating: 0, count: 6)
            matrix.copy(into: &array)
            #expect(array == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test("An aliased array is not copied, and changing it does not change the tensor")
    func aliasing() {
        var array: [Float] = [1, 2, 3]
        let values = withTape {
            let tensor = Tensor(aliasing: array)
            #expect(
                tensor.withUnsafeBufferPointer { $0.baseAddress }
                    == array.withUnsafeBufferPointer { $0.baseAddress })
            array[0] = 9
            return tensor.values
        }
        #expect(values == [1, 2, 3] && array == [9, 2, 3])
    }

    @Test("The first of equal maxima, and where it is", arguments: availableSets)
    func rowArgmax(set: InstructionSet) {
        set.run {
            withTape {
                let x = Tensor(copying: [1, 3, 3, -1, -2, -1] as [Float], rows: 2, columns: 3)
                var indices: [Int32] = [0, 0]
                x.rowArgmax(into: &indices)
                #expect(indices == [1, 0] && x.rowArgmax() == [1, 0] && x.rowMax().values == [3, -1])
            }
        }
    }

    @Test("Equal operands of a minimum or maximum share the gradient; a clamp's ends belong to it")
    func ties() {
        let model = Parameters([Reference(rows: 1, columns: 3, [1, 2, 0])])
        withTape {
            let other = Tensor(copying: [1, 3, -1] as [Float], rows: 1, columns: 3)
            let gradients = valueAndGradients(at: model) { minimum($0.all[0].tensor, other).sum() }.gradients
            #expect(gradients[0] == [0.5, 1, 0])
            let most = valueAndGradients(at: model) { maximum($0.all[0].tensor, other).sum() }.gradients
            #expect(most[0] == [0.5, 0, 1])
            let clamp = valueAndGradients(at: model) { $0.all[0].tensor.clamped(to: 0...1).sum() }.gradients
            #expect(clamp[0] == [1, 0, 1])
            let rectified = valueAndGradients(at: model) { $0.all[0].tensor.relu().sum() }.gradients
            #expect(rectified[0] == [1, 1, 0])
        }
    }

    @Test("Threads have tapes of their own")
    func threads() {
        let done = DispatchSemaphore(value: 0)
        for number in 0..<4 {
            Thread.detachNewThread {
                let model = Parameters([Reference(rows: 1, columns: 1, [Double(number)])])
                for _ in 0..<200 {
                    let gradient = withTape {
                        valueAndGradients(at: model) { $0.all[0].tensor.squared() }.gradients[0]
                    }
                    #expect(gradient == [2 * Float(number)])
                }
                done.signal()
            }
        }
        for _ in 0..<4 { done.wait() }
    }
}
