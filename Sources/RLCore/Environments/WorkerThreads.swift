import Foundation
import Synchronization

/// Threads that wait for the pieces of one loop, over and over. A step of an environment or half a minibatch is over in
/// microseconds, so they look for work for a while before they sleep.
///
/// One thread at a time calls `run`.
public final class WorkerThreads: @unchecked Sendable {
    /// Threads that work, the caller's among them.
    public let count: Int
    private let shared: Shared

    /// `count` threads, at least one. Between two loops they look for work `patience` times, a nanosecond each, before they
    /// sleep: waking one takes some tens of microseconds, and a thread that looks keeps a core busy.
    public init(_ count: Int, patience: Int = 20_000) {
        if count < 1 { failure("\(count) threads; there is at least 1") }
        self.count = count
        let shared = Shared(helpers: count - 1, patience: patience)
        self.shared = shared
        for helper in 0..<count - 1 {
            let thread = Thread { shared.serve(helper) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { shared.stop() }

    /// Calls `body` with 0 ..< `count`, each on a thread of its own, and returns when all have returned.
    public func run(_ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            shared.start(body)
            body(0)
            shared.waitForHelpers()
        }
    }

    /// Calls `body` with 0 ..< `pieces`, each on one of the threads, and returns when all have returned.
    public func run(pieces: Int, _ body: (Int) -> Void) {
        if count == 1 || pieces == 1 {
            for piece in 0..<pieces { body(piece) }
        } else {
            run { thread in
                for piece in stride(from: thread, to: pieces, by: count) { body(piece) }
            }
        }
    }

    private final class Shared: @unchecked Sendable {
        private let helpers: Int
        private let patience: Int
        private let round = Atomic<Int>(0)
        private let running = Atomic<Int>(0)
        private let isStopping = Atomic<Bool>(false)
        private let sleepers: [DispatchSemaphore]
        private let isAsleep: UnsafeMutablePointer<Atomic<Bool>>
        // Written before a round begins and read within it.
        private var body: ((Int) -> Void)?

        init(helpers: Int, patience: Int) {
            self.helpers = helpers
            self.patience = patience
            sleepers = (0..<helpers).map { _ in DispatchSemaphore(value: 0) }
            isAsleep = .allocate(capacity: helpers)
            for helper in 0..<helpers { (isAsleep + helper).initialize(to: Atomic(false)) }
        }

        deinit {
            isAsleep.deinitialize(count: helpers)
            isAsleep.deallocate()
        }

        func start(_ body: @escaping (Int) -> Void) {
            self.body = body
            running.store(helpers, ordering: .relaxed)
            round.add(1, ordering: .sequentiallyConsistent)
            wake()
        }

        func stop() {
            isStopping.store(true, ordering: .relaxed)
            round.add(1, ordering: .sequentiallyConsistent)
            wake()
        }

        func waitForHelpers() {
            var looks = 0
            while running.load(ordering: .acquiring) > 0 {
                looks += 1
                // Somebody else may need this core for the helper to get on.
                if looks > patience { sched_yield() }
            }
            body = nil
        }

        func serve(_ helper: Int) {
            var seen = 0
            while true {
                awaitRound(after: seen, helper)
                seen += 1
                if isStopping.load(ordering: .relaxed) { return }
                body?(helper + 1)
                running.subtract(1, ordering: .releasing)
            }
        }

        private func wake() {
            for helper in 0..<helpers
            where isAsleep[helper].exchange(false, ordering: .sequentiallyConsistent) {
                sleepers[helper].signal()
            }
        }

        private func awaitRound(after seen: Int, _ helper: Int) {
            for _ in 0..<patience where round.load(ordering: .acquiring) > seen { return }
            // Whoever began a round may be late in waking those that wait for the one after it: a helper that is woken
            // looks again.
            while true {
                isAsleep[helper].store(true, ordering: .sequentiallyConsistent)
                // Whoever takes the mark back, this thread or the one that wakes it, decides whether it sleeps.
                if round.load(ordering: .sequentiallyConsistent) > seen,
                    isAsleep[helper].exchange(false, ordering: .sequentiallyConsistent)
                {
                    return
                }
                sleepers[helper].wait()
                if round.load(ordering: .acquiring) > seen { return }
            }
        }
    }
}
