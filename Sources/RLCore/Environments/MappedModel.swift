/// A finite task whose states lie on a map, so that values and policies can be shown as one.
public protocol MappedModel: TransitionModel {
    /// Rows of the map.
    var mapRows: Int { get }
    /// Columns of the map.
    var mapColumns: Int { get }
    /// What an action looks like, by its number: `↑`.
    var actionSymbols: [Character] { get }
    /// Where `state` lies; nil for a state that is nowhere on the map.
    func place(of state: Int) -> MapPlace?
    /// What lies at a place whatever the state, `#` for a wall or `G` for a goal; nil where a policy may be shown.
    func symbol(row: Int, column: Int) -> Character?
    /// What lies at a place for the states of its layer, like a door that no key held there opens; by default what lies
    /// there whatever the state.
    func symbol(at place: MapPlace) -> Character?
}

extension MappedModel {
    /// What lies there whatever the state.
    public func symbol(at place: MapPlace) -> Character? { symbol(row: place.row, column: place.column) }
}

/// Where a state lies.
public struct MapPlace: Sendable, Equatable {
    /// What distinguishes states of one place, like the keys that are held; empty where nothing does.
    public let layer: String
    /// From the top, 0 first.
    public let row: Int
    /// From the left, 0 first.
    public let column: Int

    /// A place.
    public init(layer: String = "", row: Int, column: Int) {
        self.layer = layer
        self.row = row
        self.column = column
    }
}
