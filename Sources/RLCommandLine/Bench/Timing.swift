import Foundation

/// How long something takes, in microseconds.
struct Timing {
    /// What is read before and after a sample.
    enum Clock {
        /// What somebody waits for.
        case wall
        /// What the thread was given: what else the machine does counts less.
        case thread

        /// Microseconds since some moment.
        fileprivate var now: Double {
            var time = timespec()
            clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
        }
    }

    /// Of many samples.
    let median: Double
    /// Of many samples.
    let minimum: Double

    /// Calls `body` for about so many seconds, after a warm-up. A sample is as many calls as take 50 µs, so that reading
    /// the clock does not count.
    init(seconds: Double, clock: Clock = .wall, _ body: () throws -> Void) rethrows {
        func time(_ calls: Int, _ body: () throws -> Void) rethrows -> Double {
            let start = clock.now
            for _ in 0..<calls { try body() }
            return clock.now - start
        }
        let shortest = 50.0
        var calls = 1
        var spent = 0.0
        while spent < seconds * 1e6 / 4 {
            let one = try time(calls, body)
            spent += one
            if one < shortest { calls = max(calls + 1, Int(Double(calls) * 1.25 * shortest / max(one, 0.1))) }
        }
        var samples: [Double] = []
        spent = 0
        while spent < seconds * 1e6 || samples.count < 5 {
            let sample = try time(calls, body)
            spent += sample
            samples.append(sample / Double(calls))
        }
        samples.sort()
        median = samples[samples.count / 2]
        minimum = samples[0]
    }
}
