import RLCore

/// Shows a gridworld itself in place of the number of its state: the map, or a window around who walks, as planes or as
/// a picture. Everything else is the gridworld's: same seed, same episodes.
///
/// Planes are `[rows, columns, planes]`, 1 where a thing is, in this order: who walks (or four, one a heading; one if the
/// window turns) and walls; then what the map has of pits, goals from the least to the greatest, keys, closed doors,
/// one-way cells by direction, winds by direction and strength, and a plane for each key that is 1 everywhere while it
/// is held. `planes` names them.
///
/// A picture is `[rows × tile, columns × tile, 3]`, drawn as the map is drawn, but for the letters on starts.
///
/// In a window whoever walks is in the middle. Outside the map it shows walls; nothing hides what is behind it. With
/// `actions=turning` and `turned` it turns, so that what is ahead is above.
public struct GridWorldView: Modifier, PreservesDynamics {
    /// What is modified.
    public typealias Base = GridWorld
    /// Bytes.
    public typealias Scalar = UInt8

    private let painter: GridPainter
    private let cells: [UInt8]  // by the numbers of their tiles, [key sets, rows, columns]
    private let size: Int
    private let backgrounds: [UInt8]  // all but who walks, [key sets, observation]; or none

    init(of world: GridWorld, _ options: GridWorld.Options) throws(ConfigurationError) {
        let map = world.map
        var (tiles, codes): ([GridTile], [GridTile: Int]) = ([], [:])
        var cells: [Int] = []
        for keys in 0..<(map.keys.last.map { 1 << ($0 + 1) } ?? 1) {
            for place in map.cells.indices {
                let tile = GridTile(place, of: map, holding: keys)
                let code = codes[tile] ?? tiles.count
                if code == tiles.count {
                    tiles.append(tile)
                    codes[tile] = code
                }
                cells.append(code)
            }
        }
        painter = try GridPainter(
            GridPainter.Style(
                isPicture: options.observation == .pixels, tile: options.tile, window: options.view,
                isTurned: options.turned),
            rows: map.rows, columns: map.columns, tiles: tiles, keys: map.keys,
            hasHeading: world.states.headings > 1)
        // The painter has made sure that a byte can hold them.
        let codesOfPlaces = cells.map { UInt8($0) }
        let size = map.cells.count
        let (length, sets) = (painter.space.count, cells.count / size)
        var backgrounds: [UInt8] = []
        if options.view == 0, length * sets <= 1 << 24 {
            for keys in 0..<sets {
                var background = [UInt8](repeating: 0, count: length)
                var span = background.mutableSpan
                painter.paintCells(
                    codesOfPlaces.span, from: keys * size, place: 0, heading: 0, keys: keys, into: &span)
                backgrounds += background
            }
        }
        self.cells = codesOfPlaces
        self.size = size
        self.backgrounds = backgrounds
    }

    /// What the planes show, in order; empty for a picture.
    public var planes: [String] { painter.planes.map(\.name) }

    /// Bytes of planes or of a picture.
    public func observationSpace(of base: GridWorld) -> Space { painter.space }

    /// Starts an episode.
    public mutating func reset(
        _ base: inout GridWorld, into observation: inout MutableSpan<UInt8>, using random: inout PCG64
    ) {
        base.restart(using: &random)
        show(base, into: &observation)
    }

    /// Acts once.
    public mutating func step(
        _ base: inout GridWorld, _ action: Int, into observation: inout MutableSpan<UInt8>,
        using random: inout PCG64
    ) -> Outcome {
        let outcome = base.act(action, using: &random)
        show(base, into: &observation)
        return outcome
    }

    /// There is nothing to visit.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {}

    private func show(_ world: GridWorld, into observation: inout MutableSpan<UInt8>) {
        let (keys, place) = (Int(world.states.keys[world.state]), Int(world.states.places[world.state]))
        let heading = world.state % world.states.headings
        if backgrounds.isEmpty {
            painter.paintCells(
                cells.span, from: keys * size, place: place, heading: heading, keys: keys, into: &observation)
        } else {
            backgrounds.withUnsafeBytes { backgrounds in
                observation.withUnsafeMutableBytes { observation in
                    let length = observation.count
                    observation.copyMemory(
                        from: UnsafeRawBufferPointer(
                            rebasing: backgrounds[keys * length..<(keys + 1) * length]))
                }
            }
        }
        painter.paintAgent(
            on: cells[keys * size + place], place: place, heading: heading, keys: keys, into: &observation)
    }
}

extension GridWorld {
    /// The same task, observed as `options` say, planes where they say the number of the state.
    public func viewed(_ options: Options) throws(ConfigurationError) -> Modified<GridWorldView> {
        Modified(self, try GridWorldView(of: self, options))
    }
}
