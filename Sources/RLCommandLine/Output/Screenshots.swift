import Foundation
import PictureFiles
import RLCore
import RLRuns

/// Pictures in the current directory, each under a name that is free: `rl-1.png`, `rl-2.png`, ….
enum Screenshots {
    /// Writes `picture`, and says so on standard error and in a few words to whom it may concern.
    static func save(_ picture: Picture) throws -> String {
        var number = 1
        while FileManager.default.fileExists(atPath: "rl-\(number).png") { number += 1 }
        let file = "rl-\(number).png"
        do {
            try writeFile(picture.png(), to: file)
        } catch {
            printError("rl: \(error)")
            throw error
        }
        printError("rl: wrote \(file)")
        return "wrote \(file)"
    }
}
