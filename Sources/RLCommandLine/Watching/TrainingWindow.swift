import Foundation
import RLCore
import RLRuns
import Synchronization
import Viewer

/// A window on the policy of a run while it is trained. The run has its threads; the window has the main one, which SDL
/// wants. Closing it leaves the training alone, and `w` and Enter open it again.
final class TrainingWindow {
    /// Where the training puts what it has learned.
    let mailbox = PolicyMailbox()
    private let plan: RunPlan
    private var screen: (any Screen)?
    private var latest: (policy: any Policy, steps: Int)
    private var nextAsk = ContinuousClock.now
    private var shouldEnd: () -> Bool = { false }

    /// Opens the window, before anything is trained or written. Throws where there can be none.
    init(_ plan: RunPlan) throws {
        self.plan = plan
        let seed = plan.seeds.lowerBound
        latest = (try plan.makeAgent(seed: seed).policy(.greedy, rows: 1, seed: 0), 0)
        let playback = try playback()
        let size = playback.windowSize
        screen = try openWindow(title: playback.title, width: size.width, height: size.height)
    }

    /// Runs `training` on a thread of its own and shows its policy meanwhile, on this one. After its end the window stays
    /// until it is closed, unless the training was interrupted or there is no terminal, where nobody waits for it.
    func show<Output: Sendable>(during training: @escaping @Sendable () -> Output) throws -> Output {
        let work = Work<Output>()
        let isTerminal = isatty(STDERR_FILENO) == 1
        shouldEnd = { Interruption.isRequested || !isTerminal && work.isFinished }
        let thread = Thread {
            let output = training()
            if isTerminal { printError("rl: the training is over; the window stays until it is closed") }
            work.finish(output)
        }
        thread.stackSize = 8 << 20
        thread.start()
        do {
            while true {
                if let screen {
                    var playback = try playback()
                    try playback.run(on: screen)
                    self.screen = nil
                }
                if work.isFinished { break }
                if isatty(STDIN_FILENO) == 1, !Interruption.isRequested {
                    printError("rl: the window is closed, the training goes on; w and Enter open it again")
                }
                while !work.isFinished, screen == nil { if isAskedFor() { try reopen() } }
            }
        } catch {
            // A window that fails is no reason to lose a training.
            printError("rl: \(error); the training goes on")
            screen = nil
        }
        return work.wait()
    }

    private func playback() throws -> Playback {
        let streams = RandomStreams(seed: UInt64(clamping: plan.seeds.lowerBound))
        let name = "\(plan.agent.name) in training"
        var playback = try Playback(
            of: latest.policy, in: plan.environment, seed: streams.seed("watching"), name: name)
        playback.saveScreenshot = Screenshots.save
        playback.shouldEnd = shouldEnd
        playback.newerPolicy = { [self] in
            // A few times a second is as often as anybody can tell a difference.
            if ContinuousClock.now >= nextAsk {
                nextAsk = .now + .milliseconds(250)
                mailbox.ask()
            }
            guard let newer = mailbox.take() else { return nil }
            latest = newer
            return newer
        }
        return playback
    }

    private func reopen() throws {
        let playback = try playback()
        let size = playback.windowSize
        screen = try openWindow(title: playback.title, width: size.width, height: size.height)
    }

    /// Whether a line that says `w` was entered; waits for a moment.
    private func isAskedFor() -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            usleep(100_000)
            return false
        }
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 100) > 0, descriptor.revents & Int16(POLLIN) != 0 else {
            if descriptor.revents != 0 { usleep(100_000) }
            return false
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count <= 0 { usleep(100_000) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines).lowercased() == "w"
    }
}

/// What a thread brings, once it has.
private final class Work<Output: Sendable>: Sendable {
    private let output = Mutex<Output?>(nil)
    private let group = DispatchGroup()

    init() { group.enter() }

    func finish(_ result: Output) {
        output.withLock { $0 = result }
        group.leave()
    }

    var isFinished: Bool { output.withLock { $0 != nil } }

    func wait() -> Output {
        group.wait()
        while true { if let result = output.withLock({ $0 }) { return result } }
    }
}
