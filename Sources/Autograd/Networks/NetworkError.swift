/// A network that cannot be built for its observations, in one sentence.
public struct NetworkError: Error, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    /// An error with this sentence.
    public init(_ description: String) { self.description = description }
}
