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
        private let sleepers: [DispatchSemaphore]
        /// Rounds that have begun; negative when there will be no more.
        private let round: OwnLine<Atomic<Int>>
        /// Rounds that each helper has finished.
        private let finished: OwnLine<Atomic<Int>>
        private let isAsleep: OwnLine<Atomic<Bool>>
        /// Written before a round begins and read within it.
        private let body: OwnLine<((Int) -> Void)?>

        init(helpers: Int, patience: Int) {
            self.helpers = helpers
            self.patience = patience
            sleepers = (0..<helpers).map { _ in DispatchSemaphore(value: 0) }
            round = OwnLine(1) { $0.initialize(to: Atomic(0)) }
            finished = OwnLine(helpers) { $0.initialize(to: Atomic(0)) }
            isAsleep = OwnLine(helpers) { $0.initialize(to: Atomic(false)) }
            body = OwnLine(1) { $0.initialize(to: nil) }
        }

        func start(_ body: @escaping (Int) -> Void) {
            self.body[0].pointee = body
            begin(round[0].pointee.load(ordering: .relaxed) + 1)
        }

        func stop() { begin(-1) }

        func waitForHelpers() {
            let current = round[0].pointee.load(ordering: .relaxed)
            for helper in 0..<helpers {
                var looks = 0
                while finished[helper].pointee.load(ordering: .acquiring) < current {
                    looks += 1
                    // The helper may need this core to get on.
                    if looks > 20_000 { sched_yield() }
                }
            }
            body[0].pointee = nil
        }

        func serve(_ helper: Int) {
            var seen = 0
            while true {
                awaitRound(after: seen, helper)
                seen += 1
                if round[0].pointee.load(ordering: .relaxed) < 0 { return }
                body[0].pointee?(helper + 1)
                finished[helper].pointee.store(seen, ordering: .releasing)
            }
        }

        private func begin(_ number: Int) {
            round[0].pointee.store(number, ordering: .sequentiallyConsistent)
            for helper in 0..<helpers
            where isAsleep[helper].pointee.load(ordering: .sequentiallyConsistent)
                && isAsleep[helper].pointee.exchange(false, ordering: .sequentiallyConsistent)
            {
                sleepers[helper].signal()
            }
        }

        private func awaitRound(after seen: Int, _ helper: Int) {
            let round = round[0]
            for _ in 0..<patience where round.pointee.load(ordering: .acquiring) != seen { return }
            // Whoever began a round may be late in waking those that wait for the one after it: a helper that is woken
            // looks again.
            let isAsleep = isAsleep[helper]
            while true {
                isAsleep.pointee.store(true, ordering: .sequentiallyConsistent)
                // Whoever takes the mark back, this thread or the one that wakes it, decides whether it sleeps.
                if round.pointee.load(ordering: .sequentiallyConsistent) != seen,
                    isAsleep.pointee.exchange(false, ordering: .sequentiallyConsistent)
                {
                    return
                }
                sleepers[helper].wait()
                if round.pointee.load(ordering: .acquiring) != seen { return }
            }
        }
    }
}

/// Values that lie apart in memory, each in cache lines of its own: what one thread writes and another watches is fast only
/// while nothing else is written beside it.
private final class OwnLine<Value: ~Copyable> {
    private let memory: UnsafeMutableRawPointer
    private let count: Int

    init(_ count: Int, _ initialize: (UnsafeMutablePointer<Value>) -> Void) {
        self.count = count
        memory = .allocate(byteCount: max(count, 1) * 128, alignment: 128)
        for index in 0..<count {
            initialize((memory + index * 128).bindMemory(to: Value.self, capacity: 1))
        }
    }

    deinit {
        for index in 0..<count { self[index].deinitialize(count: 1) }
        memory.deallocate()
    }

    subscript(index: Int) -> UnsafeMutablePointer<Value> {
        (memory + index * 128).assumingMemoryBound(to: Value.self)
    }
}
