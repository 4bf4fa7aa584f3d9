/// Everything that moves by itself, one at a time.
extension Seaquest {
    /// What moves by itself. Bullets have no timers, and only enemy submarines shoot.
    struct Mover: Sendable, Equatable, BitwiseCopyable {
        var x: Int8 = 0
        var y: Int8 = 0
        var isMovingRight = false
        var moveTimer: Int8 = 0
        var shotTimer: Int8 = 0

        var cell: Cell { Cell(x: x, y: y) }
        var cellBehind: Cell { Cell(x: isMovingRight ? x - 1 : x + 1, y: y) }

        mutating func move() { x += isMovingRight ? 1 : -1 }
    }

    mutating func moveShot(_ index: Int, _ events: inout MinAtarEvents) {
        shots[index].move()
        let cell = shots[index].cell
        if !cell.isOnBoard {
            shots.removeFirst(equalTo: index)
        } else if let target = fish.firstIndex(where: { $0.cell == cell }) {
            fish.remove(at: target)
            shots.removeFirst(equalTo: index)
            events.reward += 1
        } else if let target = enemySubmarines.firstIndex(where: { $0.cell == cell }) {
            enemySubmarines.remove(at: target)
            shots.removeFirst(equalTo: index)
            events.reward += 1
        }
    }

    mutating func moveDiver(_ index: Int) {
        let hasBerth = diversAboard < Seaquest.berths
        var isTaken = hasBerth && divers[index].cell == submarine
        var isGone = isTaken
        if !isTaken {
            if divers[index].moveTimer == 0 {
                divers[index].moveTimer = Seaquest.diverMovePause
                divers[index].move()
                isTaken = hasBerth && divers[index].cell == submarine
                isGone = isTaken || !divers[index].cell.isOnBoard
            } else {
                divers[index].moveTimer -= 1
            }
        }
        if isTaken { diversAboard += 1 }
        if isGone { divers.removeFirst(equalTo: index) }
    }

    mutating func moveEnemySubmarine(_ index: Int, _ events: inout MinAtarEvents) {
        var enemy = enemySubmarines[index]
        let isGone = swim(&enemy, &events)
        enemySubmarines[index] = enemy
        let place = isGone ? enemySubmarines.removeFirst(equalTo: index) : index
        // One that is gone still shoots, too.
        if enemy.shotTimer == 0 {
            enemy.shotTimer = Seaquest.enemyShotPause
            enemyShots.append(Mover(x: enemy.x, y: enemy.y, isMovingRight: enemy.isMovingRight))
        } else {
            enemy.shotTimer -= 1
        }
        if let place { enemySubmarines[place] = enemy }
    }

    mutating func moveFish(_ index: Int, _ events: inout MinAtarEvents) {
        var enemy = fish[index]
        let isGone = swim(&enemy, &events)
        fish[index] = enemy
        if isGone { fish.removeFirst(equalTo: index) }
    }

    /// Lets an enemy meet the own submarine, move and meet again. Returns whether it left the board or was shot.
    private mutating func swim(_ enemy: inout Mover, _ events: inout MinAtarEvents) -> Bool {
        if enemy.cell == submarine { events.isOver = true }
        if enemy.moveTimer > 0 {
            enemy.moveTimer -= 1
            return false
        }
        enemy.moveTimer = movePause
        enemy.move()
        let cell = enemy.cell
        if !cell.isOnBoard { return true }
        if cell == submarine {
            events.isOver = true
        } else if let shot = shots.firstIndex(where: { $0.cell == cell }) {
            shots.remove(at: shot)
            events.reward += 1
            return true
        }
        return false
    }

    mutating func moveEnemyShot(_ index: Int, _ events: inout MinAtarEvents) {
        if enemyShots[index].cell == submarine { events.isOver = true }
        enemyShots[index].move()
        let cell = enemyShots[index].cell
        if !cell.isOnBoard {
            enemyShots.removeFirst(equalTo: index)
        } else if cell == submarine {
            events.isOver = true
        }
    }
}
