import RLCore

/// How whoever walks on a map is steered.
///
/// | action | `compass` | `turning` |
/// |---|---|---|
/// | 0 | up | turn left, on the spot |
/// | 1 | right | turn right, on the spot |
/// | 2 | down | forward |
/// | 3 | left | |
public enum GridActions: String, SettingChoice {
    /// By the four directions of the map.
    case compass
    /// By turns and steps forward: there is a heading, which is part of the state.
    case turning

    /// What the actions are called.
    var names: [String] {
        self == .compass ? ["up", "right", "down", "left"] : ["turn left", "turn right", "forward"]
    }

    /// The direction of a move; nil for a turn.
    func direction(of action: Int, heading: Int) -> GridDirection? {
        switch self {
        case .compass: GridDirection.allCases[action]
        case .turning: action == 2 ? GridDirection.allCases[heading] : nil
        }
    }

    /// The heading after a turn.
    func heading(after action: Int, from heading: Int) -> Int { (heading + (action == 0 ? 3 : 1)) & 3 }
}
