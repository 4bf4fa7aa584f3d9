/// An environment as it is known by name: what can be set about it, and how to make it.
public struct EnvironmentEntry: Sendable {
    /// The published name with its version, `CartPole-v1`.
    public let name: String
    /// Shorter names, `cartpole`.
    public let aliases: [String]
    /// What the task is, in one sentence.
    public let summary: String
    /// Every setting with its default.
    public let settings: [SettingDeclaration]
    /// The name of the environment that a person plays in place of this one; nil where it is this one.
    public private(set) var playedAs: String?
    @usableFromInline
    let build: @Sendable ([String: String]) throws(ConfigurationError) -> MadeEnvironment

    // Inlinable, as are the initializers below, so that the loop over rows is compiled for `E` in the module that
    // registers it.
    /// Registers what `make` makes of its settings.
    @inlinable
    public init<S: Settings, E: Environment>(
        _ name: String, aliases: [String] = [], summary: String, settings: S.Type,
        make: @escaping @Sendable (S) throws(ConfigurationError) -> E
    ) {
        self.init(name, aliases: aliases, summary: summary, defaults: S(), make: make)
    }

    /// Registers what `make` makes of its settings, under a name whose defaults differ from those declared.
    @inlinable
    public init<S: Settings, E: Environment>(
        _ name: String, aliases: [String] = [], summary: String, defaults: S,
        make: @escaping @Sendable (S) throws(ConfigurationError) -> E
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        settings = defaults.declarations
        build = { texts throws(ConfigurationError) in
            let settings = try defaults.replacing(texts)
            return MadeEnvironment(name: name, try make(settings), settings: settings.declarations)
        }
    }

    /// Registers what `make` makes of its settings, which may be one of several types: it hands the one it chose to the
    /// maker it is given.
    ///
    ///     EnvironmentEntry("maze", summary: "…", settings: Maze.Options.self) { options, made in
    ///         options.isPicture ? made(Maze(options).pictured()) : made(Maze(options))
    ///     }
    @inlinable
    public init<S: Settings>(
        _ name: String, aliases: [String] = [], summary: String, settings: S.Type,
        make: @escaping @Sendable (S, MadeEnvironment.Maker) throws(ConfigurationError) -> MadeEnvironment
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.settings = S().declarations
        build = { texts throws(ConfigurationError) in
            let settings = try S(replacing: texts)
            return try make(settings, MadeEnvironment.Maker(name: name, settings: settings.declarations))
        }
    }

    /// Registers an environment without settings.
    @inlinable
    public init<E: Environment>(
        _ name: String, aliases: [String] = [], summary: String,
        make: @escaping @Sendable () throws(ConfigurationError) -> E
    ) {
        self.init(name, aliases: aliases, summary: summary, settings: NoSettings.self) {
            _ throws(ConfigurationError) in try make()
        }
    }

    /// The same entry, in place of which a person plays the one called `name`: the same game, not made easier for
    /// machines.
    public func played(as name: String) -> EnvironmentEntry {
        var entry = self
        entry.playedAs = name
        return entry
    }

    /// The environment with some settings replaced, each read from the text a person wrote.
    public func make(_ texts: [String: String] = [:]) throws(ConfigurationError) -> MadeEnvironment {
        try build(texts)
    }
}

/// A task with its settings in force, ready to be multiplied.
public struct MadeEnvironment: Sendable {
    /// The published name.
    public let name: String
    /// The settings in force.
    public let settings: [SettingDeclaration]
    /// What is observed.
    public let observationSpace: Space
    /// What can be done.
    public let actionSpace: Space
    /// What the choices are called; empty where they have no names.
    public let actionNames: [String]
    /// How a person plays it; nil where its keys are not told and do not follow from its actions.
    public let keyboard: KeyboardMap?
    /// The exact dynamics, where the task is finite and tells them.
    public let transitionModel: (any TransitionModel)?
    @usableFromInline
    let makeRows: @Sendable (_ rows: Int, _ threads: Int) throws(EnvironmentError) -> any VectorEnvironment
    /// One copy, seeded as the reference seeds it.
    public let stepped: @Sendable () -> any SteppedEnvironment
    @usableFromInline let check: @Sendable (EnvironmentChecker) -> [String]

    /// Erases `environment`.
    @inlinable
    public init<E: Environment>(name: String, _ environment: E, settings: [SettingDeclaration] = []) {
        self.name = name
        self.settings = settings
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
        actionNames = environment.actionNames
        keyboard =
            (environment as? any Playable)?.keyboard
            ?? KeyboardMap(space: environment.actionSpace, names: environment.actionNames)
        transitionModel = environment as? any TransitionModel
        makeRows = { rows, threads throws(EnvironmentError) in
            try Vectorized(environment, count: rows, threads: threads, name: name)
        }
        stepped = { Stepped(environment, name: name) }
        check = { $0.violations(of: environment) }
    }

    /// `rows` copies behind one call a step, stepped by `threads` threads (`Vectorized`).
    public func vectorized(_ rows: Int, threads: Int = 1) throws(EnvironmentError) -> any VectorEnvironment {
        try makeRows(rows, threads)
    }
}

extension MadeEnvironment {
    /// Erases an environment under the name and settings it was asked for by.
    public struct Maker: Sendable {
        @usableFromInline let name: String
        @usableFromInline let settings: [SettingDeclaration]

        @usableFromInline
        init(name: String, settings: [SettingDeclaration]) {
            self.name = name
            self.settings = settings
        }

        /// Erases `environment`. Inlinable, so that the loop over rows is compiled for its type where that is known.
        @inlinable
        public func callAsFunction<E: Environment>(_ environment: E) -> MadeEnvironment {
            MadeEnvironment(name: name, environment, settings: settings)
        }
    }
}

extension EnvironmentEntry: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
