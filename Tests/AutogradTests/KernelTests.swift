import Autograd
import Foundation
import Testing

@Suite("Every instruction set computes what the reference does")
struct KernelTests {
    @Test("All three layouts of a product at random shapes, small to blocked", arguments: availableSets)
    func products(set: InstructionSet) {
        var random = SplitMix(state: 3)
        var shapes = (0..<60).map { _ in (0..<3).map { _ in Int(random.next() % 40) + 1 } }
        shapes += [
            [64, 64, 64], [9, 257, 130], [40, 300, 70], [33, 520, 65], [130, 64, 64], [8, 1025, 17],
            // Heads, single rows, more rows than one block, no terms but one.
            [64, 64, 2], [70, 600, 3], [65, 96, 6], [32, 512, 18], [20, 100, 1], [1, 64, 130], [2, 33, 100],
            [300, 40, 70], [7, 1, 90],
        ]
        for shape in shapes {
            let (m, k, n) = (shape[0], shape[1], shape[2])
            func matrix(_ rows: Int, _ columns: Int) -> Reference<Double> {
                Reference(
                    rows: rows, columns: columns, random.floats(rows * columns, in: -1...1).map(Double.init))
            }
            let (a, b, dc) = (matrix(m, k), matrix(k, n), matrix(m, n))
            let model = Parameters([a, b])
            let results = set.run {
                withTape {
                    let (_, gradients, c) = valueAndGradients(at: model) { model in
                        let c = matmul(model.all[0].tensor, model.all[1].tensor)
                        return ((c * Tensor(copying: dc.elements.map(Float.init), c.shape)).sum(), c)
                    }
                    return [c.values, gradients[0], gradients[1]]
                }
            }
            #expect(differences(results[0], a.matmul(b).elements, 5e-6, "nn") == [], "\(shape)")
            #expect(differences(results[1], dc.matmul(b.transposed).elements, 5e-6, "nt") == [], "\(shape)")
            #expect(differences(results[2], a.transposed.matmul(dc).elements, 5e-6, "tn") == [], "\(shape)")
        }
    }

    @Test("Linear layers at random shapes", arguments: availableSets)
    func layers(set: InstructionSet) {
        var random = SplitMix(state: 5)
        for (index, activation) in (Activation.allCases + Activation.allCases + Activation.allCases)
            .enumerated()
        {
            let (m, k, n) = (index * 5 + 1, index < 6 ? index * 9 + 1 : 280, Int(random.next() % 90) + 1)
            let layer = Linear(k, n, activation: activation, using: &random)
            let x = random.floats(m * k)
            let y = set.run { withTape { layer(Tensor(aliasing: x, rows: m, columns: k)).values } }
            let expected = Reference(rows: m, columns: k, x.map(Double.init)).linear(
                Reference(rows: k, columns: n, layer.weight.values.map(Double.init)),
                Reference(rows: 1, columns: n, layer.bias.values.map(Double.init)), activation)
            #expect(differences(y, expected.elements, 5e-6, "y") == [], "\(m)×\(k)×\(n) \(activation)")
        }
    }

    @Test("A first layer on mostly zeros, and its gradients", arguments: availableSets)
    func zeros(set: InstructionSet) {
        var random = SplitMix(state: 8)
        let shapes = [
            [1, 96, 64], [6, 100, 1], [16, 400, 64], [3, 511, 17], [7, 513, 130], [2, 1300, 70],
            [40, 120, 256],
        ]
        for (index, shape) in shapes.enumerated() {
            let (m, k, n) = (shape[0], shape[1], shape[2])
            let activation = Activation.allCases[index % 3]
            let layer = Linear(k, n, activation: activation, using: &random)
            var x = [Float](repeating: 0, count: m * k)
            for (place, value) in zip(x.indices, random.floats(m * k)) where random.next() % 10 == 0 {
                x[place] = place % 2 == 0 ? 1 : value
            }
            // A row of zeros, one that is full where others have told that there are few, and a column of zeros.
            for column in 0..<k where m > 1 { x[column + (m - 1) * k] = 0 }
            for column in 0..<k where m > 5 { x[column + 2 * k] = Float(column % 7) - 3 }
            for row in 0..<m { x[row * k + 70] = 0 }
            let dy = random.floats(m * n)
            let (y, dw, db) = set.run {
                withTape {
                    let (_, gradients, y) = valueAndGradients(at: layer) { layer in
                        // Once more: the second gradient is added to the first.
                        let y = layer(Tensor(aliasing: x, rows: m, columns: k))
                        let twice = y + layer(Tensor(aliasing: x, rows: m, columns: k))
                        return ((twice * Tensor(aliasing: dy, rows: m, columns: n)).sum(), y)
                    }
                    return (y.values, gradients[0].map { $0 / 2 }, gradients[1].map { $0 / 2 })
                }
            }
            let expected = Reference(rows: m, columns: k, x.map(Double.init)).linear(
                Reference(rows: k, columns: n, layer.weight.values.map(Double.init)),
                Reference(rows: 1, columns: n, layer.bias.values.map(Double.init)), activation)
            var dz = dy.map(Double.init)
            for place in dz.indices {
                let value = expected.elements[place]
                switch activation {
                case .identity: break
                case .relu: if value <= 0 { dz[place] = 0 }
                case .tanh: dz[place] *= 1 - value * value
                }
            }
            var (expectedWeight, expectedBias) = (
                [Double](repeating: 0, count: k * n), [Double](repeating: 0, count: n)
            )
            for row in 0..<m {
                for column in 0..<n {
                    expectedBias[column] += dz[row * n + column]
                    for input in 0..<k where x[row * k + input] != 0 {
                        expectedWeight[input * n + column] +=
                            Double(x[row * k + input]) * dz[row * n + column]
                    }
                }
            }
            #expect(differences(y, expected.elements, 5e-6, "y") == [], "\(shape)")
            #expect(differences(dw, expectedWeight, 5e-6, "dw") == [], "\(shape)")
            #expect(differences(db, expectedBias, 5e-6, "db") == [], "\(shape)")

            // Zeros are indeed left out: what stands at the empty column does not matter.
            var broken = layer
            broken.weight.withUnsafeMutableBufferPointer { weight in
                for column in 0..<n { weight[70 * n + column] = .infinity }
            }
            let same = set.run { withTape { broken(Tensor(aliasing: x, rows: m, columns: k)).values } }
            #expect(same == y, "\(shape)")
        }
    }

    @Test("Sums, maxima and softmax of rows: few and many, short and long", arguments: availableSets)
    func rows(set: InstructionSet) {
        var random = SplitMix(state: 13)
        for rows in [1, 3, 8, 17, 40] {
            for columns in [1, 2, 5, 16, 19, 64, 70] {
                var x = random.floats(rows * columns)
                // Equal maxima, of which the first counts.
                if columns > 2 {
                    for row in 0..<rows { x[row * columns + columns - 1] = x[row * columns + 1] }
                }
                let values = x.map(Double.init)
                let each = (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
                let (sums, columnSums, maxima, places, logarithms) = set.run {
                    withTape {
                        let x = Tensor(aliasing: x, rows: rows, columns: columns)
                        return (
                            x.rowSum().values, x.sum(axis: 0).values, x.rowMax().values, x.rowArgmax(),
                            x.logSoftmax().values
                        )
                    }
                }
                let shape = "\(rows)×\(columns)"
                #expect(differences(sums, each.map { $0.reduce(0, +) }, 5e-6, "row sums") == [], "\(shape)")
                let expectedColumns = (0..<columns).map { column in each.reduce(0) { $0 + $1[column] } }
                #expect(differences(columnSums, expectedColumns, 5e-6, "column sums") == [], "\(shape)")
                #expect(maxima.map(Double.init) == each.map { $0.max() }, "\(shape)")
                #expect(places.map(Int.init) == each.map { $0.firstIndex(of: $0.max() ?? 0) }, "\(shape)")
                let expected = each.flatMap { row in
                    let normalizer = Foundation.log(row.reduce(0) { $0 + Foundation.exp($1) })
                    return row.map { $0 - normalizer }
                }
                #expect(differences(logarithms, expected, 5e-6, "log softmax") == [], "\(shape)")
            }
        }
    }

    @Test("A row's NaN is its maximum, at its first place", arguments: availableSets)
    func rowsWithoutMaximum(set: InstructionSet) {
        var x = [Float](repeating: -.infinity, count: 20 * 6)
        for row in 0..<20 where row % 2 == 0 {
            (x[row * 6 + 2], x[row * 6 + 4], x[row * 6]) = (.nan, .nan, 7)
        }
        let (maxima, places) = set.run {
            withTape {
                let x = Tensor(aliasing: x, rows: 20, columns: 6)
                return (x.rowMax().values, x.rowArgmax())
            }
        }
        for row in 0..<20 {
            #expect(row % 2 == 0 ? maxima[row].isNaN : maxima[row] == -.infinity)
            #expect(places[row] == (row % 2 == 0 ? 2 : 0))
        }
    }

    /// The largest error of results in units in the last place of the true value.
    private func units(_ inputs: [Float], _ results: [Float], _ function: (Double) -> Double) -> Double {
        zip(inputs, results).reduce(0) { worst, pair in
            let exact = function(Double(pair.0))
            let unit = max(Double(Float(exact).ulp), Double(Float.leastNonzeroMagnitude))
            return max(worst, abs(Double(pair.1) - exact) / unit)
        }
    }

    @Test(
        "exp, log, tanh and the logistic function within 2 units in the last place", arguments: availableSets)
    func functions(set: InstructionSet) {
        let wide = stride(from: Float(-103), to: 88.7, by: 0.00731).map { $0 }
        let narrow = stride(from: Float(-12), to: 12, by: 0.000713).map { $0 }
        let tiny = (0..<400).flatMap { power in
            [1, 1.3, 1.7].map { Float($0 * Foundation.pow(0.8, Double(power))) }
        }
        let positive = tiny + tiny.map { 1 / $0 }.filter(\.isFinite) + narrow.map { 1 + $0 / 24 }
        func apply(_ x: [Float], _ function: (Tensor) -> Tensor) -> [Float] {
            set.run { withTape { function(Tensor(aliasing: x)).values } }
        }
        #expect(units(wide, apply(wide) { $0.exp() }, Foundation.exp) <= 2)
        #expect(units(positive, apply(positive) { $0.log() }, Foundation.log) <= 2)
        #expect(units(narrow + tiny, apply(narrow + tiny) { $0.tanh() }, Foundation.tanh) <= 2)
        #expect(units(narrow, apply(narrow) { $0.sigmoid() }) { 1 / (1 + Foundation.exp(-$0)) } <= 3)
    }

    @Test("What is not a finite number stays visible", arguments: availableSets)
    func specialValues(set: InstructionSet) {
        let x: [Float] = [.nan, .infinity, -.infinity, 0, -1]
        func apply(_ function: (Tensor) -> Tensor) -> [Double] {
            set.run { withTape { function(Tensor(aliasing: x)).values.map(Double.init) } }
        }
        let (nan, infinity) = (Float.nan, Float.infinity)
        #expect(differences([nan, infinity, 0, 1, 0.36787945], apply { $0.exp() }, 1e-6, "exp") == [])
        #expect(differences([nan, infinity, nan, -infinity, nan], apply { $0.log() }, 1e-6, "log") == [])
        #expect(differences([nan, 1, -1, 0, -0.7615942], apply { $0.tanh() }, 1e-6, "tanh") == [])
        #expect(differences([nan, infinity, 0, 0, 0], apply { $0.relu() }, 1e-6, "relu") == [])
        #expect(differences([nan, 1, 0, 0.5, 0.26894143], apply { $0.sigmoid() }, 1e-6, "sigmoid") == [])
        #expect(differences([nan, 1, -1, 0, -1], apply { $0.clamped(to: -1...1) }, 1e-6, "clamped") == [])
    }

    @Test("The same call gives the same bits", arguments: availableSets)
    func repeatability(set: InstructionSet) {
        var random = SplitMix(state: 9)
        let x = random.floats(1003)
        let sums = set.run { (0..<5).map { _ in withTape { Tensor(copying: x).sum().scalar } } }
        #expect(Set(sums).count == 1)
    }

    @Test("RL_KERNELS chooses a lower set; other text is ignored")
    func environment() async {
        await #expect(processExitsWith: .success) {
            setenv("RL_KERNELS", "baseline", 1)
            exit(InstructionSet.current == .baseline ? 0 : 1)
        }
        await #expect(processExitsWith: .success) {
            setenv("RL_KERNELS", "avx2", 1)
            exit(InstructionSet.current == availableSets.last { $0.rawValue <= 1 } ? 0 : 1)
        }
        await #expect(processExitsWith: .success) {
            setenv("RL_KERNELS", "fast", 1)
            exit(InstructionSet.current == availableSets.last ? 0 : 1)
        }
    }

    @Test("A masked-out choice has no probability, entropy or gradient", arguments: availableSets)
    func maskedChoice(set: InstructionSet) {
        let model = Parameters([Reference(rows: 1, columns: 3, [0.3, -.infinity, 1.1])])
        let (entropy, gradient, probability) = set.run {
            withTape {
                let (entropy, gradients) = valueAndGradients(at: model) {
                    $0.all[0].tensor.categoricalEntropy()
                }
                return (entropy, gradients[0], model.all[0].tensor.softmax().values)
            }
        }
        let p = 1 / (1 + Foundation.exp(0.8))
        let expected = -p * Foundation.log(p) - (1 - p) * Foundation.log(1 - p)
        #expect(abs(Double(entropy) - expected) < 1e-6)
        #expect(gradient[1] == 0 && gradient.allSatisfy(\.isFinite))
        #expect(probability[1] == 0)
    }
}
