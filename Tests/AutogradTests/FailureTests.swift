import Autograd
import Foundation
import Testing

/// Mistakes of the programmer stop the program with a sentence, in a release build too.
@Suite("What stops the program says why", .serialized)
struct FailureTests {
    private func message(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test("A handle after its scope")
    func staleHandle() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var leaked: Tensor?
            withTape { leaked = Tensor(1) }
            withTape { _ = leaked?.scalar }
        }
        #expect(message(result).contains("a tensor was used after the end of its scope"))
    }

    @Test("A handle of an inner scope whose place was taken")
    func reusedSlot() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape {
                var leaked: Tensor?
                withTape { leaked = Tensor(1) }
                let other = Tensor(2)
                if let leaked { _ = (leaked + other).scalar }
            }
        }
        #expect(message(result).contains("a tensor was used after the end of its scope"))
    }

    @Test("A parameter group, or a part of a model, that does not exist")
    func missingParts() async {
        let group = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            var layer = Linear(2, 1, using: &random)
            var sgd = SGD(learningRate: 1, groups: [ParameterGroup(prefix: "weigh", suffix: "t")])
            withTape {
                sgd.update(&layer, along: valueAndGradients(at: layer) { $0.bias.tensor.sum() }.gradients)
            }
        }
        #expect(message(group).contains("no parameter is in the group 'weigh…t': there are weight, bias"))
        let part = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            _ = Linear(2, 1, using: &random).parameterRange(named: "critic")
        }
        #expect(message(part).contains("no parameter is of 'critic': there are weight, bias"))
    }

    @Test("Images that do not fit")
    func images() async {
        let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape {
                _ = Tensor(zeros: [2, 5, 5, 3]).convolved(by: Tensor(zeros: [3, 3, 4, 8]))
            }
        }
        #expect(message(channels).contains("convolved: 2×5×5×3 does not fit 3×3×4×8"))
        let kernel = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape {
                _ = Tensor(zeros: [2, 2, 5, 3]).convolved(by: Tensor(zeros: [3, 3, 3, 8]))
            }
        }
        #expect(message(kernel).contains("convolved: a kernel of 3×3 does not fit into 2×2×5×3"))
        let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = Tensor(zeros: [5, 5, 3]).maxPooled(2) }
        }
        #expect(message(rank).contains("maxPooled: 5×5×3 is not [batch, height, width, channels]"))
        let padding = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = Tensor(zeros: [1, 5, 5, 3]).maxPooled(2, padding: .each(2)) }
        }
        #expect(message(padding).contains("maxPooled: a padding of"))
    }

    @Test("A handle on another thread")
    func otherThread() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape {
                nonisolated(unsafe) let tensor = Tensor(1)
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    withTape {
                        let own = Tensor(2)
                        _ = (own + tensor).scalar
                    }
                    done.signal()
                }
                done.wait()
            }
        }
        #expect(message(result).contains("on another thread than the one that made it"))
    }

    @Test("A tensor outside every scope")
    func outsideScope() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(1)
        }
        #expect(message(result).contains("outside withTape"))
    }

    @Test("Shapes that do not fit, with both")
    func shapes() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = Tensor(zeros: [4, 3]) * Tensor(zeros: [3, 4]) }
        }
        #expect(message(result).contains("*: 4×3 does not fit 3×4"))
    }

    @Test("An input that does not fit a layer")
    func layer() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = Linear(4, 16, using: &random)
            withTape { _ = layer(Tensor(zeros: [4, 8])) }
        }
        #expect(message(result).contains("linear: input 4×8 does not fit weight 4×16"))
    }

    @Test("An index outside its row")
    func index() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            withTape { _ = Tensor(zeros: [2, 3]).gathered(at: [0, 3]) }
        }
        #expect(message(result).contains("gathered: index 3 at position 1 is outside 0..<3"))
    }

    @Test("A derivative inside a derivative")
    func nestedDerivative() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            let layer = Linear(1, 1, using: &random)
            withTape {
                _ = valueAndGradients(at: layer) { layer in
                    Tensor(valueAndGradients(at: layer) { $0(Tensor(zeros: [1, 1])).sum() }.value)
                }
            }
        }
        #expect(
            message(result).contains(
                "second derivatives are not available this way, but with gradient(of:at:)"))
    }

    @Test("A second derivative that is not available")
    func missingSecondDerivative() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let model = Parameters([Reference(rows: 1, columns: 1, [1])])
            withTape {
                _ = valueAndGradients(at: model) { model in
                    let x = model.all[0].tensor
                    return gradient(of: Tensor.applying(Cube(), to: [x]), at: x)
                }
            }
        }
        #expect(message(result).contains("cube: second derivatives through this operation are not available"))
    }

    @Test("Memory that is written to while a tensor reads it")
    func overwrittenAlias() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 4)
            memory.initialize(repeating: 1)
            AliasChecking.enabled {
                withTape {
                    let x = Tensor(aliasing: UnsafeBufferPointer(memory), [2, 2], keeping: 0)
                    _ = (x + 1).values
                }
                withTape {
                    let x = Tensor(aliasing: UnsafeBufferPointer(memory), [2, 2], keeping: 0)
                    memory[3] = 7
                    _ = (x + 1).values
                }
            }
        }
        #expect(
            message(result).contains(
                "memory of 16 bytes was overwritten while the scope that reads it was open"))
    }

    @Test("More axes than a shape has")
    func rank() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Shape([1, 1, 1, 1, 1, 1, 1, 1, 1])
        }
        #expect(message(result).contains("shape: 9 axes are more than 8"))
    }

    @Test("Gradients of another model")
    func otherModel() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            var (small, large) = (Linear(1, 1, using: &random), Linear(3, 1, using: &random))
            var sgd = SGD(learningRate: 1)
            withTape {
                let gradients = valueAndGradients(at: large) { $0(Tensor(zeros: [1, 3])).sum() }.gradients
                sgd.update(&large, along: gradients)
                sgd.update(&small, along: gradients)
            }
        }
        #expect(message(result).contains("a gradient of 3 elements does not fit weight 1×1"))
        // As many elements in all, of other parameters.
        let other = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 2)
            let turned = Linear(2, 3, using: &random)
            var deep = MultilayerPerceptron([1, 2, 1, 1], activation: .relu, using: &random)
            var sgd = SGD(learningRate: 1)
            withTape {
                let gradients = valueAndGradients(at: turned) { $0(Tensor(zeros: [1, 2])).sum() }.gradients
                sgd.update(&deep, along: gradients)
            }
        }
        #expect(message(other).contains("a gradient of 6 elements does not fit weight 1×2"))
        let fewer = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 3)
            var deep = MultilayerPerceptron([2, 2, 2], activation: .relu, using: &random)
            let layer = deep.layers[0]
            var sgd = SGD(learningRate: 1)
            withTape {
                let gradients = valueAndGradients(at: layer) { $0(Tensor(zeros: [1, 2])).sum() }.gradients
                sgd.update(&deep, along: gradients)
            }
        }
        #expect(message(fewer).contains("gradients at 2 parameters do not fit a model of more"))
    }

    @Test("Moving toward a module of another structure")
    func otherStructure() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = SplitMix(state: 1)
            var short = MultilayerPerceptron([2, 3], activation: .relu, using: &random)
            short.move(toward: MultilayerPerceptron([2, 3, 4], activation: .relu, using: &random), by: 0.5)
        }
        #expect(message(result).contains("move(toward:): the other module has more parameters"))
    }
}
