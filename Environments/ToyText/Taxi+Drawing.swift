import RLCore

/// A cell is one unit wide; row 0, the north, is on top.
extension Taxi: Drawable {
    private static let colors: [Color] = [.red, .green, .amber, .blue]
    private static let names = ["R", "G", "Y", "B"]

    /// The map with its walls and stands, a flag at the destination, the taxi, and the passenger.
    public func draw(on canvas: inout Canvas) {
        canvas.showBoard(rows: TaxiRide.rows, columns: TaxiRide.columns, margin: 0.2)
        canvas.background = .slate
        canvas.stepsPerSecond = 5
        canvas.fill(
            .rectangle(x: 0, y: 0, width: Double(TaxiRide.columns), height: Double(TaxiRide.rows)), .paper)
        for cell in 0..<TaxiRide.rows * TaxiRide.columns {
            canvas.fillTile(row: cell / TaxiRide.columns, column: cell % TaxiRide.columns, .mist)
        }
        for stand in 0..<TaxiRide.standCount { draw(stand: stand, on: &canvas) }
        for cell in 0..<TaxiRide.rows * TaxiRide.columns {
            if cell % TaxiRide.columns < TaxiRide.columns - 1, !TaxiRide.isOpenToEast(cell) {
                // A little longer than the cell, so that no seam shows.
                let top: Canvas.Point = corner(of: cell) + [1, -0.01]
                canvas.fill(.line(from: top, to: top + [0, 1.02], width: 0.13), .slate)
            }
        }
        drawTaxi(on: &canvas)
        if ride.passenger != TaxiRide.inTaxi {
            let stand = corner(of: TaxiRide.cell(ofStand: ride.passenger))
            drawPassenger(at: stand + [0.4, 0.38], on: &canvas)
        }
    }

    private func corner(of cell: Int) -> Canvas.Point {
        [Double(cell % TaxiRide.columns), Double(cell / TaxiRide.columns)]
    }

    private func draw(stand: Int, on canvas: inout Canvas) {
        let cell = TaxiRide.cell(ofStand: stand)
        let corner = corner(of: cell)
        canvas.fillTile(row: cell / TaxiRide.columns, column: cell % TaxiRide.columns, Self.colors[stand])
        canvas.fill(.text(Self.names[stand], center: corner + [0.17, 0.19], height: 0.2), .paper)
        if stand == ride.destination {
            let top = corner + [0.6, 0.1]
            canvas.fill(.line(from: top, to: top + [0, 0.5], width: 0.05), .paper)
            canvas.fill(.polygon([top, top + [0.26, 0.11], top + [0, 0.22]]), .paper)
        }
    }

    /// From the side, on its wheels.
    private func drawTaxi(on canvas: inout Canvas) {
        let middle = corner(of: ride.cell) + [0.5, 0.58]
        func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ color: Color) {
            canvas.fill(.rectangle(x: middle.x + x, y: middle.y + y, width: width, height: height), color)
        }
        canvas.fill(
            .polygon([
                middle + [-0.28, -0.03], middle + [-0.17, -0.27], middle + [0.17, -0.27],
                middle + [0.28, -0.03],
            ]), .ink)
        box(-0.42, -0.05, 0.84, 0.23, .ink)
        box(-0.38, -0.01, 0.76, 0.15, .amber)
        for square in 0..<9 { box(-0.36 + 0.08 * Double(square), 0.04, 0.04, 0.05, .ink) }
        box(-0.15, -0.22, 0.13, 0.16, .paper)
        box(0.02, -0.22, 0.13, 0.16, .paper)
        box(-0.08, -0.34, 0.16, 0.08, ride.passenger == TaxiRide.inTaxi ? .blue : .amber)
        if ride.passenger == TaxiRide.inTaxi {
            canvas.fill(.circle(center: middle + [0.085, -0.14], radius: 0.06), .blue)
        }
        for x in [-0.24, 0.24] {
            canvas.fill(.circle(center: middle + [x, 0.18], radius: 0.11), .ink)
            canvas.fill(.circle(center: middle + [x, 0.18], radius: 0.045), .stone)
        }
    }

    private func drawPassenger(at middle: Canvas.Point, on canvas: inout Canvas) {
        // Twice, so that a light rim tells the passenger from the taxi.
        for (rim, color) in [(0.03, Color.paper), (0, .ink)] {
            canvas.fill(.circle(center: middle - [0, 0.14], radius: 0.09 + rim), color)
            canvas.fill(
                .polygon([
                    middle + [-0.05 - rim, -0.04 - rim], middle + [0.05 + rim, -0.04 - rim],
                    middle + [0.13 + rim, 0.22 + rim], middle + [-0.13 - rim, 0.22 + rim],
                ]), color)
        }
    }
}
