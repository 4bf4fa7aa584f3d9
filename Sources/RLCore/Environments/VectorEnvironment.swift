/// `count` copies of a task behind one dynamic call a step.
///
/// The end of an episode is a line of the training loop: `step` brings the transition, `advance` makes its successor
/// the next observation and restarts the rows that are done. Nothing restarts by itself.
public protocol VectorEnvironment: AnyObject {
    /// Rows held.
    var count: Int { get }
    /// What each row observes.
    var observationSpace: Space { get }
    /// What each row can do.
    var actionSpace: Space { get }

    /// Starts an episode in every row; row streams are derived from (`seed`, row).
    func reset(seed: UInt64, into batch: inout StepBatch)
    /// Acts once in every row: next observations, rewards, flags, finished episodes.
    ///
    /// - Throws: Where an action cannot be taken, or a reward or an observation is not finite, naming the row.
    func step(_ actions: borrowing ActionBatch, into batch: inout StepBatch) throws(EnvironmentError)
    /// Makes the successors the observations to act on, and restarts the rows that are done.
    func advance(_ batch: inout StepBatch)
    /// Draws one row; false where the environment has no look.
    func draw(row: Int, on canvas: inout Canvas) -> Bool
    /// Visits the state of every row by name.
    func archive(_ archive: inout Archive) throws(ArchiveError)
}
