import RLCore

/// The rules of Freeway: a chicken crosses ten lanes of traffic as often as it can.
///
/// | | x | y |
/// |---|---|---|
/// | pavements | 8–159 | 15–22 and 186–194 |
/// | lanes, 16 high, and the cars in them, 8 by 10 | 8–159 | 24–183 |
/// | chicken, 6 by 8 | 44–49 | from 187 up to 16 |
///
/// Positions are counted in pixels.
///
/// - Chicken: up and down move it by a pixel a frame, not below the pavement it starts from.
/// - Cars: one a lane. Those of the upper five lanes drive to the left, of the lower five to the right; from the top they
///   need 5, 4, 3, 2, 1, 1, 2, 3, 4 and 5 frames a pixel. A car that leaves on one side comes back on the other; once
///   around is 160 pixels. Where they are at the beginning is drawn.
/// - Collision: a chicken that touches a car is thrown back, for 24 frames a pixel a frame, and sits for 30 more; no
///   other car hurts it meanwhile.
/// - Score: one step beyond the upper end of its way is a point; the chicken starts from the bottom again and waits 28
///   frames.
/// - End: after 8,192 frames, 2 minutes and 16 seconds. During the last eight seconds the score flashes.
///
/// The second chicken, which belongs to a second player, stands. Sizes, colours, speeds and times were measured on the
/// screens of the original, where the cars always start at the edge.
public struct ArcadeFreeway: ArcadeGame {
    /// As the Arcade Learning Environment numbers them.
    public static var actions: [ArcadeAction] { [.noop, .up, .down] }

    /// The colours.
    public enum Paint: UInt8, ArcadePaint {
        /// What is seen: yellow are the chickens and the line in the middle.
        case black, road, pavement, line, yellow
        /// Cars; the scores are pink.
        case crimson, lime, olive, pink, navy, brown, blue, red, green, mustard

        /// How it looks.
        public var color: Color {
            switch self {
            case .black: Color(red: 0, green: 0, blue: 0)
            case .road: Color(red: 142, green: 142, blue: 142)
            case .pavement: Color(red: 170, green: 170, blue: 170)
            case .line: Color(red: 214, green: 214, blue: 214)
            case .yellow: Color(red: 252, green: 252, blue: 84)
            case .crimson: Color(red: 167, green: 26, blue: 26)
            case .lime: Color(red: 180, green: 231, blue: 117)
            case .olive: Color(red: 105, green: 105, blue: 15)
            case .pink: Color(red: 228, green: 111, blue: 111)
            case .navy: Color(red: 24, green: 26, blue: 167)
            case .brown: Color(red: 162, green: 98, blue: 33)
            case .blue: Color(red: 84, green: 92, blue: 214)
            case .red: Color(red: 184, green: 50, blue: 50)
            case .green: Color(red: 135, green: 183, blue: 84)
            case .mustard: Color(red: 210, green: 210, blue: 64)
            }
        }
    }

    private static let bottom = 187
    private static let top = 16
    private static let duration = 8192
    private static let fall = 24
    private static let rest = 30
    private static let wait = 28
    private static let flashing = 8 * 60

    /// The upper edge of the chicken.
    public private(set) var chicken = ArcadeFreeway.bottom
    private var frame = 0
    /// Frames until the chicken moves as it is told.
    private var pause = 0
    /// Frames of `pause` during which it is thrown back.
    private var thrown = 0
    private var lanes = InlineArray<10, Lane> { Lane(number: $0) }
    /// How often the chicken has crossed.
    public private(set) var score = 0

    /// Cars at the edges.
    public init() {}

    /// Freeway knows no lives.
    public var lives: Int { 0 }

    /// The left edge of the car of a lane, counted from the top; up to 159, where it is half gone and half hidden.
    public func car(in lane: Int) -> Int { lanes[lane].car(at: frame) }

    /// The chicken at the bottom, the cars anywhere.
    public mutating func start(using random: inout PCG64) {
        self = ArcadeFreeway()
        for lane in lanes.indices {
            lanes[lane].start = random.integers(160 * lanes[lane].framesPerPixel)
        }
    }

    /// Moves the cars, then the chicken.
    public mutating func tick(
        _ action: ArcadeAction, using random: inout PCG64, _ events: inout ArcadeEvents
    ) {
        frame += 1
        if pause > 0 {
            pause -= 1
            if thrown > 0 {
                thrown -= 1
                chicken = min(ArcadeFreeway.bottom, chicken + 1)
            }
        } else {
            chicken = min(ArcadeFreeway.bottom, chicken + action.vertical)
            if chicken < ArcadeFreeway.top {
                score += 1
                events.points += 1
                chicken = ArcadeFreeway.bottom
                pause = ArcadeFreeway.wait
            } else if isHit {
                pause = ArcadeFreeway.fall + ArcadeFreeway.rest
                thrown = ArcadeFreeway.fall
            }
        }
        events.isOver = frame == ArcadeFreeway.duration
    }

    private var isHit: Bool {
        for lane in lanes.indices where chicken + 8 > lanes[lane].y && chicken < lanes[lane].y + 10 {
            let car = car(in: lane)
            if car + 8 > 44 && car < 50 { return true }
        }
        return false
    }

    /// Paints the road, then who is on it.
    public mutating func paint(on frame: borrowing ArcadeFrame<Paint>) {
        paintRoad(on: frame)
        for lane in lanes.indices { lanes[lane].paint(at: self.frame, on: frame) }
        frame.paint(ArcadeFreeway.chickens[chicken / 4 % 2], x: 44, y: chicken, .yellow)
        frame.paint(ArcadeFreeway.chickens[0], x: 108, y: ArcadeFreeway.bottom, .yellow)
        let rest = ArcadeFreeway.duration - self.frame
        if rest > ArcadeFreeway.flashing || rest / 16 % 2 == 0 {
            frame.paint(number: score, right: 56, y: 4, cell: (2, 2), .pink)
            frame.paint(number: 0, right: 120, y: 4, cell: (2, 2), .pink)
        }
        // What drives out at one side comes in at the other behind this.
        frame.fill(x: 0, y: 0, width: 8, height: 210, .black)
    }

    private func paintRoad(on frame: borrowing ArcadeFrame<Paint>) {
        frame.fill(.road)
        frame.fill(x: 0, y: 0, width: 160, height: 4, .black)
        frame.fill(x: 0, y: 14, width: 160, height: 1, .black)
        frame.fill(x: 0, y: 15, width: 160, height: 8, .pavement)
        frame.fill(x: 0, y: 23, width: 160, height: 1, .black)
        for y in stride(from: 39, through: 167, by: 16) where y != 103 {
            frame.paint(ArcadeFreeway.dashes, x: 12, y: y, .line)
        }
        frame.paint(ArcadeFreeway.dashes, x: 12, y: 102, .yellow)
        frame.paint(ArcadeFreeway.dashes, x: 12, y: 104, .yellow)
        frame.fill(x: 0, y: 185, width: 160, height: 1, .black)
        frame.fill(x: 0, y: 186, width: 160, height: 9, .pavement)
        frame.fill(x: 0, y: 195, width: 160, height: 15, .black)
    }

    /// Visits chicken, time and cars.
    public mutating func archive(_ archive: inout Archive) throws(ArchiveError) {
        try archive.field("chicken", &chicken, in: ArcadeFreeway.top...ArcadeFreeway.bottom)
        try archive.field("frame", &frame, in: 0...ArcadeFreeway.duration)
        try archive.field("pause", &pause, in: 0...ArcadeFreeway.fall + ArcadeFreeway.rest)
        try archive.field("thrown", &thrown, in: 0...ArcadeFreeway.fall)
        try archive.field("score", &score, in: 0...ArcadeFreeway.duration)
        for lane in lanes.indices {
            try archive.field(
                "start\(lane)", &lanes[lane].start, in: 0...160 * lanes[lane].framesPerPixel - 1)
        }
    }

    /// A lane and its car, whose place follows from the time.
    private struct Lane {
        let number: Int
        /// Frames that the car has been driving since it was at the edge, when the game starts.
        var start = 0

        init(number: Int) {
            self.number = number
        }

        /// The upper edge of the car.
        var y: Int { 27 + 16 * number }
        var drivesLeft: Bool { number < 5 }
        var framesPerPixel: Int { drivesLeft ? 5 - number : number - 4 }

        /// The left edge of the car.
        func car(at frame: Int) -> Int {
            let way = (start + frame) / framesPerPixel % 160
            return drivesLeft ? 159 - way : way
        }

        func paint(at time: Int, on frame: borrowing ArcadeFrame<Paint>) {
            guard let paint = Paint(rawValue: Paint.crimson.rawValue + UInt8(number)) else { return }
            let x = car(at: time)
            frame.paint(ArcadeFreeway.wheels, x: x, y: y, .black)
            frame.paint(ArcadeFreeway.cars[drivesLeft ? 1 : 0], x: x, y: y + 1, paint)
            frame.paint(ArcadeFreeway.wheels, x: x, y: y + 9, .black)
        }
    }

    private static let chickens = [
        ArcadeSprite("...##.", "...###", "#..##.", "##.###", "######", ".####.", "..##..", "..#.#."),
        ArcadeSprite("...##.", "...###", "#..##.", "##.###", "######", ".####.", "..##..", ".#..#."),
    ]
    private static let wheels = ArcadeSprite(".##..##.")
    /// To the right and to the left.
    private static let cars = [car, car.mirrored]
    private static let car = ArcadeSprite(
        "#######.", "##..####", "#...##.#", "#...##.#", "#...##.#", "#...##.#", "##..####", "#######.")
    private static let dashes = ArcadeSprite(String(repeating: "####....", count: 19))
}
