/// Settings of an optimizer for some of a model's parameters, chosen by name: those of the part `prefix` that end with
/// the part `suffix`. Where several groups hold a parameter, what a later one says wins; what none says is the
/// optimizer's own.
///
///     Adam(…, weightDecay: 0.01, decay: .decoupled, groups: [
///         ParameterGroup(suffix: "bias", weightDecay: 0),
///         ParameterGroup(prefix: "critic", learningRateFactor: 3),
///     ])
public struct ParameterGroup: Equatable, Sendable {
    /// The first parts of a full name: "critic" holds "critic.layers.0.weight". Empty holds all.
    public let prefix: String

    /// The last parts of a full name: "bias" holds "critic.layers.0.bias". Empty holds all.
    public let suffix: String

    /// What the optimizer's learning rate is multiplied by, so that its schedule holds here too.
    public let learningRateFactor: Double?

    /// In place of the optimizer's.
    public let weightDecay: Double?

    /// The parameters whose names begin and end so. A group that holds none stops the first update.
    public init(
        prefix: String = "", suffix: String = "", learningRateFactor: Double? = nil,
        weightDecay: Double? = nil
    ) {
        self.prefix = prefix
        self.suffix = suffix
        self.learningRateFactor = learningRateFactor
        self.weightDecay = weightDecay
    }

    fileprivate func holds(_ name: String) -> Bool {
        (prefix.isEmpty || name.hasParts(prefix)) && (suffix.isEmpty || name.hasLastParts(suffix))
    }
}

/// What holds for one parameter.
struct ParameterSettings {
    var learningRateFactor = 1.0
    var weightDecay: Double
}

/// The settings of each parameter of a model, found by name once, at the first update.
struct ParameterGroups: Sendable {
    let groups: [ParameterGroup]
    let common: ParameterSettings
    private var settings: [ParameterSettings] = []

    init(_ groups: [ParameterGroup], weightDecay: Double) {
        self.groups = groups
        common = ParameterSettings(weightDecay: weightDecay)
    }

    /// Those of the parameter visited as number `index`.
    @inline(__always)
    subscript(index: Int) -> ParameterSettings { settings.isEmpty ? common : settings[index] }

    mutating func resolve<M: Module>(for model: M) {
        if groups.isEmpty || !settings.isEmpty { return }
        let names = model.parameterNames
        settings = names.map { _ in common }
        for group in groups {
            let found = names.indices.filter { group.holds(names[$0]) }
            if found.isEmpty {
                failure(
                    "optimizer: no parameter is in the group '\(group.prefix)…\(group.suffix)': there are "
                        + names.joined(separator: ", "))
            }
            for index in found {
                if let factor = group.learningRateFactor { settings[index].learningRateFactor = factor }
                if let decay = group.weightDecay { settings[index].weightDecay = decay }
            }
        }
    }
}
