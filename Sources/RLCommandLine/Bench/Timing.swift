/// How long something takes, in microseconds.
struct Timing {
    /// Of many samples.
    let median: Double
    /// Of many samples.
    let minimum: Double

    /// Calls `body` for about so many seconds, after a warm-up. A sample is as many calls as take 20 µs, so that reading
    /// the clock does not count.
    init(seconds: Double, _ body: () -> Void) {
        let clock = ContinuousClock()
        func time(_ calls: Int) -> Double {
            clock.measure { for _ in 0..<calls { body() } } / .microseconds(1)
        }
        var calls = 1
        var spent = 0.0
        while spent < seconds * 1e6 / 4 {
            let one = time(calls)
            spent += one
            if one < 20 { calls = max(calls + 1, Int(Double(calls) * 25 / max(one, 0.1))) }
        }
        var samples: [Double] = []
        spent = 0
        while spent < seconds * 1e6 || samples.count < 5 {
            let sample = time(calls)
            spent += sample
            samples.append(sample / Double(calls))
        }
        samples.sort()
        median = samples[samples.count / 2]
        minimum = samples[0]
    }
}
