import CKernels
import RLCore

extension CartPole: RowStepping {
    /// An array of each quantity, stepped by vectors.
    public func rows(count: Int, limit: Int) -> any EnvironmentRows {
        CartPoleRows(self, count: count, limit: limit)
    }

    static let constants = rl_cartpole(
        gravity: gravity, total_mass: totalMass, pole_mass: poleMass, half_length: poleHalfLength,
        pole_mass_length: poleMassLength, force: pushForce, time_step: timeStep,
        position_limit: positionLimit, angle_limit: angleLimit)

    /// One step by the loop over rows, for the arithmetic that is written only there.
    mutating func stepAsRows(_ action: Int, into observation: inout MutableSpan<Float>) -> Outcome {
        var choice = Int32(truncatingIfNeeded: action)
        var isOver = false
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { state in
            state.initialize(repeating: 0)
            (state[0], state[1], state[2], state[3]) = (position, velocity, angle, angularVelocity)
            observation.withUnsafeMutableBufferPointer { observation in
                guard let numbers = state.baseAddress, let seen = observation.baseAddress else { return }
                CartPoleRows.float32Step(1, Self.constants, &choice, numbers, 1, seen, &isOver)
            }
            (position, velocity, angle, angularVelocity) = (state[0], state[1], state[2], state[3])
        }
        return Outcome(reward: reward(terminated: isOver), terminated: isOver)
    }
}

/// Many carts. All that an episode gathers follows from its length and its end.
final class CartPoleRows: EnvironmentRows {
    static let exactStep = rl_kernels_default().pointee.cartpole
    static let float32Step = rl_kernels_default().pointee.cartpole_float32

    private let count: Int
    private let limit: Int
    private let environment: CartPole
    private let state: UnsafeMutablePointer<Double>  // [4, count]
    private let randoms: UnsafeMutablePointer<PCG64>
    private let lengths: UnsafeMutablePointer<Int32>

    init(_ environment: CartPole, count: Int, limit: Int) {
        self.count = count
        self.limit = min(limit, Int(Int32.max))
        self.environment = environment
        state = .allocate(capacity: 4 * count)
        state.initialize(repeating: 0, count: 4 * count)
        randoms = .allocate(capacity: count)
        randoms.initialize(repeating: PCG64(seed: 0), count: count)
        lengths = .allocate(capacity: count)
        lengths.initialize(repeating: 0, count: count)
        seed(0)
    }

    deinit {
        state.deallocate()
        randoms.deallocate()
        lengths.deallocate()
    }

    func seed(_ seed: UInt64) {
        for row in 0..<count {
            randoms[row] = PCG64(SeedSequence(seed, spawnKey: [UInt32(row)]))
            lengths[row] = 0
        }
    }

    func step(
        _ range: Range<Int>, _ actions: borrowing ActionBatch, into memory: StepMemory,
        finished: inout [FinishedEpisode]
    ) {
        let first = range.lowerBound
        let step = environment.arithmetic == .exact ? CartPoleRows.exactStep : CartPoleRows.float32Step
        actions.indices.withUnsafeBufferPointer { actions in
            guard let action = actions.baseAddress,
                let seen = memory.observation(of: first, as: Float.self).baseAddress
            else { return }
            step(
                range.count, CartPole.constants, action + first, state + first, count, seen,
                memory.terminated + first)
        }
        let (running, over) = (
            Float(environment.reward(terminated: false)), Float(environment.reward(terminated: true))
        )
        let limit = limit > 0 ? Int32(limit) : Int32.max
        var isAnyDone = false
        for row in range {
            lengths[row] &+= 1
            let isTruncated = lengths[row] >= limit
            memory.truncated[row] = isTruncated
            memory.rewards[row] = memory.terminated[row] ? over : running
            isAnyDone = isAnyDone || isTruncated || memory.terminated[row]
        }
        guard isAnyDone else { return }
        for row in range where memory.terminated[row] || memory.truncated[row] {
            let length = Int(lengths[row])
            let terminated = memory.terminated[row]
            let score =
                Double(length - 1) * environment.reward(terminated: false)
                + environment.reward(terminated: terminated)
            finished.append(
                FinishedEpisode(row: row, return: score, length: length, terminated: terminated))
            lengths[row] = 0
        }
    }

    func restart(_ range: Range<Int>, into memory: StepMemory) {
        var cart = environment
        for row in range where memory.starts[row] {
            var observation = memory.observation(of: row, as: Float.self).mutableSpan
            cart.reset(into: &observation, using: &randoms[row])
            self[row] = cart
        }
    }

    func draw(_ row: Int, on canvas: inout Canvas) -> Bool {
        canvas.clear()
        self[row].draw(on: &canvas)
        return true
    }

    func archive(_ archive: inout Archive) throws(ArchiveError) {
        for row in 0..<count {
            var cart = self[row]
            var episode = RunningEpisode()
            episode.length = Int(lengths[row])
            episode.score = Double(episode.length) * environment.reward(terminated: false)
            try archive.row(row, of: &cart, &randoms[row], &episode)
            guard episode.length < (limit > 0 ? limit : Int(Int32.max)) else {
                throw ArchiveError(
                    "field 'length' of row \(row) is \(episode.length), but the limit is \(limit)")
            }
            self[row] = cart
            lengths[row] = Int32(episode.length)
        }
    }

    /// One row as the environment it is.
    private subscript(row: Int) -> CartPole {
        get {
            var cart = environment
            cart.position = state[row]
            cart.velocity = state[count + row]
            cart.angle = state[2 * count + row]
            cart.angularVelocity = state[3 * count + row]
            return cart
        }
        set {
            state[row] = newValue.position
            state[count + row] = newValue.velocity
            state[2 * count + row] = newValue.angle
            state[3 * count + row] = newValue.angularVelocity
        }
    }
}
