import RLCore

/// At most 256 colours that stand for all colours of a recording.
///
/// Where the recording has no more than these, each stands for itself. Otherwise the space of colours is cut into
/// boxes, always where that takes most off the squared error (median cut, by variance), and the most frequent colour
/// of a box stands for it, so that large areas keep theirs exactly. One palette for all pictures, and no dithering:
/// what stands still does not flicker.
public struct Palette: Sendable, Equatable {
    /// The colours, in no order that means something.
    public let colors: [Color]
    /// Whether every colour of the recording is among them.
    public let isExact: Bool

    /// The palette of what was counted; black alone where nothing was.
    public init(_ counts: ColorCounts) {
        // Sorted, because a dictionary's order is another one in every process.
        let entries = counts.counts.sorted { $0.key < $1.key }
        isExact = entries.count <= 256 && counts.mask == 0xFF_FFFF
        if isExact {
            colors = entries.isEmpty ? [Color(0)] : entries.map { Color($0.key) }
        } else {
            // One is left for what is transparent.
            colors = ColorBox.cut(entries.map { WeightedColor(Color($0.key), weight: $0.value) }, into: 255)
        }
    }

    /// The place of the colour that is nearest to `color`.
    func nearest(to color: Color) -> Int {
        let place = SIMD3(color)
        var (best, least) = (0, Int32.max)
        for (index, candidate) in colors.enumerated() {
            let difference = SIMD3(candidate) &- place
            let distance = (difference &* difference).wrappedSum()
            if distance < least { (best, least) = (index, distance) }
        }
        return best
    }
}

extension SIMD3<Int32> {
    fileprivate init(_ color: Color) {
        self = [Int32(color.red), Int32(color.green), Int32(color.blue)]
    }
}

private struct WeightedColor {
    let color: Color
    let place: SIMD3<Double>
    let weight: Double

    init(_ color: Color, weight: Int) {
        self.color = color
        place = [Double(color.red), Double(color.green), Double(color.blue)]
        // The root, so that what is small is not drowned by large areas.
        self.weight = Double(weight).squareRoot()
    }
}

/// Colours that one colour stands for.
private struct ColorBox {
    private let colors: [WeightedColor]
    private let axis: Int
    /// The weighted sum of the squared distances to the mean.
    private let error: Double

    private init(_ colors: [WeightedColor]) {
        var (weight, sum, squares) = (0.0, SIMD3<Double>.zero, SIMD3<Double>.zero)
        for color in colors {
            weight += color.weight
            sum += color.weight * color.place
            squares += color.weight * color.place * color.place
        }
        let errors = squares - sum * sum / weight
        let axis = [0, 1, 2].max { errors[$0] < errors[$1] } ?? 0
        self.colors = colors
        self.axis = axis
        error = colors.count > 1 ? errors.sum() : 0
    }

    /// At most `count` colours for `colors`, which are more.
    static func cut(_ colors: [WeightedColor], into count: Int) -> [Color] {
        var boxes = [ColorBox(colors)]
        while boxes.count < count {
            guard let worst = boxes.indices.max(by: { boxes[$0].error < boxes[$1].error }),
                boxes[worst].error > 0
            else { break }
            let (low, high) = boxes[worst].halves()
            boxes[worst] = low
            boxes.append(high)
        }
        return boxes.compactMap { box in box.colors.max { $0.weight < $1.weight }?.color }
    }

    /// Cut across the longest axis, where the two sides have the least error.
    private func halves() -> (ColorBox, ColorBox) {
        let sorted = colors.sorted { $0.place[axis] < $1.place[axis] }
        let weight = sorted.reduce(0) { $0 + $1.weight }
        let sum = sorted.reduce(0) { $0 + $1.weight * $1.place[axis] }
        var (low, lowSum, best, cut) = (0.0, 0.0, -1.0, 1)
        for (index, color) in sorted.dropLast().enumerated() {
            low += color.weight
            lowSum += color.weight * color.place[axis]
            let high = weight - low
            let gain = lowSum * lowSum / low + (sum - lowSum) * (sum - lowSum) / high
            if gain > best { (best, cut) = (gain, index + 1) }
        }
        return (ColorBox(Array(sorted[..<cut])), ColorBox(Array(sorted[cut...])))
    }
}
