import RLCore
import Synchronization

/// Hands the latest policy of a training to who watches it. The training looks at one flag an iteration, and makes a
/// policy only where one was asked for.
final class PolicyMailbox: Sendable {
    private let isWanted = Atomic(true)
    private let latest = Mutex<(policy: any Policy, steps: Int)?>(nil)

    /// Puts a policy in, if somebody waits for one; called by the training.
    func offer(_ policy: () -> any Policy, steps: Int) {
        guard isWanted.load(ordering: .relaxed) else { return }
        isWanted.store(false, ordering: .relaxed)
        let policy = policy()
        latest.withLock { $0 = (policy, steps) }
    }

    /// Takes the policy that was put in, if there is one since the last time.
    func take() -> (policy: any Policy, steps: Int)? {
        latest.withLock { latest in
            defer { latest = nil }
            return latest
        }
    }

    /// Asks for the next one.
    func ask() { isWanted.store(true, ordering: .relaxed) }
}
