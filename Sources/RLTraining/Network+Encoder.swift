import Autograd
import RLCore

extension Network {
    /// The network that a setting of an agent asks for, behind an encoder. Throws where the observations do not fit.
    public init(
        _ choice: NetworkChoice, behind encoder: ObservationEncoder, outputs: Int, hidden: [Int],
        activation: Activation, using random: inout some RandomNumberGenerator
    ) throws(ConfigurationError) {
        do {
            self = try Network(
                choice, input: encoder.shape, outputs: outputs, hidden: hidden, activation: activation,
                using: &random)
        } catch {
            throw ConfigurationError("network=\(choice.settingText) does not fit the observations: \(error)")
        }
    }
}

/// Throws for more hidden layers than would fit into a machine's memory at their widest.
public func checkDepth(of hidden: [Int]) throws(ConfigurationError) {
    guard hidden.count <= 16 else {
        throw ConfigurationError("hidden=\(hidden.settingText) does not fit: expected at most 16 layers")
    }
}
