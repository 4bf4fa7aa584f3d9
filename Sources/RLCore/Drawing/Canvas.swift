/// What something looks like, as a list of shapes in the units of whoever draws: cells, metres.
///
/// A canvas is data. It knows no pixels, no window and no file; `Rasterizer` makes pixels of it, for all of them.
public struct Canvas: Sendable, Equatable {
    /// A point, `[x, y]`.
    public typealias Point = SIMD2<Double>

    /// A shape with its colour.
    public struct Item: Sendable, Equatable {
        /// The area that is filled.
        public let shape: Shape
        /// What it is filled with; an image has colours of its own.
        public let color: Color
    }

    /// The part of the plane that is shown, left to right.
    public private(set) var x = 0.0...1.0
    /// The part of the plane that is shown, from the smallest to the largest coordinate.
    public private(set) var y = 0.0...1.0
    /// Whether y grows upward, as in mechanics, and not downward, as in maps and text.
    public private(set) var isUpward = false
    /// What is behind all shapes.
    public var background = Color.paper
    /// The pace at which the drawing moves as its task would: physics in real time, a board game readably.
    public var stepsPerSecond = 30.0
    /// What is drawn, later items over earlier ones.
    public private(set) var items: [Item] = []

    /// An empty canvas that shows the unit square.
    public init() {}

    /// Declares which part of the plane is shown; what lies outside is cut off.
    public mutating func show(x: ClosedRange<Double>, y: ClosedRange<Double>, upward: Bool = false) {
        self.x = x
        self.y = y
        isUpward = upward
    }

    /// Fills `shape` with `color`.
    public mutating func fill(_ shape: Shape, _ color: Color) {
        items.append(Item(shape: shape, color: color))
    }

    /// Shows the pixels of `picture`, upright, in a rectangle given by the corner with the smallest coordinates.
    public mutating func place(_ picture: Picture, x: Double, y: Double, width: Double, height: Double) {
        items.append(
            Item(shape: .image(picture, x: x, y: y, width: width, height: height), color: background))
    }

    /// Takes everything off, for the next drawing.
    public mutating func clear() {
        var items = items
        items.removeAll(keepingCapacity: true)
        self = Canvas()
        self.items = items
    }

    /// Width of what is shown.
    public var width: Double { x.upperBound - x.lowerBound }
    /// Height of what is shown.
    public var height: Double { y.upperBound - y.lowerBound }
}

/// An area on a canvas. One with a coordinate that is not finite is not drawn.
public enum Shape: Sendable, Equatable {
    /// From the corner with the smallest coordinates.
    case rectangle(x: Double, y: Double, width: Double, height: Double)
    /// A disc.
    case circle(center: Canvas.Point, radius: Double)
    /// A straight stroke with square ends.
    case line(from: Canvas.Point, to: Canvas.Point, width: Double)
    /// The inside of a closed outline that does not cross itself.
    case polygon([Canvas.Point])
    /// One line in the built-in font, upright and centred; `height` is that of a capital letter. Its dots are whole
    /// pixels, so it may come out a little smaller.
    case text(String, center: Canvas.Point, height: Double)
    /// Pixels, upright in a rectangle from the corner with the smallest coordinates. Its edges lie on whole pixels,
    /// and every pixel shown is the nearest one of the image, so that dots stay dots.
    case image(Picture, x: Double, y: Double, width: Double, height: Double)
}

/// A colour, as the bytes of a pixel.
public struct Color: Sendable, Equatable, Hashable {
    /// Red.
    public var red: UInt8
    /// Green.
    public var green: UInt8
    /// Blue.
    public var blue: UInt8

    /// A colour from its three bytes.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour as web pages write it: `0xRRGGBB`.
    public init(_ hexadecimal: UInt32) {
        red = UInt8(truncatingIfNeeded: hexadecimal >> 16)
        green = UInt8(truncatingIfNeeded: hexadecimal >> 8)
        blue = UInt8(truncatingIfNeeded: hexadecimal)
    }
}

/// One palette, so that what is drawn by different environments looks as if it belonged together.
extension Color {
    /// The background.
    public static let paper = Color(0xF7F6F2)
    /// Faint lines and areas.
    public static let mist = Color(0xE4E2DB)
    /// Quiet lines and labels.
    public static let stone = Color(0xA9A69C)
    /// Solid things.
    public static let slate = Color(0x3D4451)
    /// Text, and what is darkest.
    public static let ink = Color(0x1E222A)
    /// Who acts.
    public static let blue = Color(0x2F6FDE)
    /// What is wanted.
    public static let green = Color(0x2E9E5B)
    /// What harms.
    public static let red = Color(0xD1453B)
    /// What moves by itself.
    public static let amber = Color(0xD9902F)
}

/// Something that can be drawn as it is now.
///
/// An environment that has a look conforms; it never learns who draws it, or whether anybody does.
public protocol Drawable {
    /// Declares what part of the plane `canvas` shows and adds shapes to it.
    func draw(on canvas: inout Canvas)
}

/// Draws `environment` afresh if it has a look.
func draw<E: Environment>(_ environment: E, on canvas: inout Canvas) -> Bool {
    guard let drawable = environment as? any Drawable else { return false }
    canvas.clear()
    drawable.draw(on: &canvas)
    return true
}
