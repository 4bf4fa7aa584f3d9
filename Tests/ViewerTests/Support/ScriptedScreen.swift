import Environments
import RLCore
import Viewer

/// Shows nobody anything, and reports what the script says; after its end, that nothing happens, or that it is closed.
final class ScriptedScreen: Screen {
    var title = "" { didSet { titles.append(title) } }
    var size = (width: 96, height: 48)
    private(set) var titles: [String] = []
    private(set) var frames: [Picture] = []
    /// How long the playback was ready to wait for each event.
    private(set) var times: [Duration?] = []
    /// Called before the event of this number is reported.
    var beforeEvent: (Int) -> Void = { _ in }
    private var events: ArraySlice<ScreenEvent?>
    private let closes: Bool

    init(_ events: [ScreenEvent?] = [], closes: Bool = false) {
        self.events = events[...]
        self.closes = closes
    }

    func present(_ picture: Picture) throws(ViewerError) { frames.append(picture) }

    func nextEvent(within time: Duration?) -> ScreenEvent? {
        beforeEvent(times.count)
        times.append(time)
        return events.isEmpty ? (closes ? .close : nil) : events.removeFirst()
    }
}

/// Right in every row.
struct AlwaysRight: Policy {
    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        for row in 0..<batch.count { actions.indices[row] = 1 }
    }
    func explain(row: Int) -> Insight { Insight() }
    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

/// Any of two actions, with values that change.
struct Wavering: Policy {
    var random = PCG64(seed: 5)
    private var values: [Float] = [0, 0]

    mutating func act(on batch: borrowing StepBatch, into actions: inout ActionBatch) {
        for row in 0..<batch.count { actions.indices[row] = Int32(random.integers(2)) }
        values = [Float(random.random()), Float(random.random())]
    }
    func explain(row: Int) -> Insight { Insight(actionValues: values, stateValue: values.max()) }
    mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}
}

extension MadeEnvironment {
    /// Three cells, the goal at the right.
    static func corridor() throws -> MadeEnvironment {
        var options = GridWorld.Options()
        options.map = "S.G"
        return MadeEnvironment(name: "corridor", try GridWorld(options).timeLimit(9))
    }

    static func standard(_ name: String) throws -> MadeEnvironment {
        guard let entry = standardEnvironments.first(where: { $0.aliases.contains(name) || $0.name == name })
        else { throw ViewerError("no \(name)") }
        return try entry.make()
    }
}
