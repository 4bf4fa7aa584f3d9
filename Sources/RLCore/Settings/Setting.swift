import Foundation

/// What can be set about an agent or an environment: a struct whose every property is a `@Setting`, so that name,
/// type, default, meaning, unit and range are declared once and read by the command line, by `rl describe`, by the
/// run's record and by whoever reads the file.
public protocol Settings: Codable, Sendable {
    /// The declared defaults.
    init()
    /// Checks what no single range can: how values fit together.
    func validate() throws(ConfigurationError)
}

extension Settings {
    /// Nothing to check.
    public func validate() throws(ConfigurationError) {}
}

/// Settings for something that has none.
public struct NoSettings: Settings {
    /// Nothing.
    public init() {}
}

/// One declared setting.
///
///     @Setting("Discount factor γ", in: .between(0, 1)) var discount = 0.99
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable, Codable {
    /// The value in force.
    public var wrappedValue: Value
    fileprivate let meaning: String
    fileprivate let unit: String
    fileprivate let range: SettingRange

    /// Declares a setting: its meaning, the unit it is in, and the values it can have.
    public init(
        wrappedValue: Value, _ meaning: String, unit: String = "", in range: SettingRange = .any
    ) {
        self.wrappedValue = wrappedValue
        self.meaning = meaning
        self.unit = unit
        self.range = range
    }

    /// Reads the value; what is declared beside it is not repeated in files.
    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try Value(from: decoder), "")
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

/// A type that a setting can have: it can be written on a command line and in a file.
public protocol SettingValue: Codable, Sendable, Equatable {
    /// What a text must be to be read: "an integer".
    static var expectation: String { get }
    /// Reads a value as a person writes it.
    init?(settingText: String)
    /// Writes a value so that `init(settingText:)` reads it back.
    var settingText: String { get }
    /// The numbers in it that a range applies to.
    var settingNumbers: [Double] { get }
}

/// The values a number may have.
public struct SettingRange: Sendable, Equatable {
    let low: Double?
    let isLowIncluded: Bool
    let high: Double?

    /// Every number.
    public static let any = SettingRange(low: nil, isLowIncluded: true, high: nil)
    /// Above 0.
    public static let positive = SettingRange(low: 0, isLowIncluded: false, high: nil)
    /// `low` or more.
    public static func atLeast(_ low: Double) -> SettingRange {
        SettingRange(low: low, isLowIncluded: true, high: nil)
    }
    /// From `low` to `high`, both included.
    public static func between(_ low: Double, _ high: Double) -> SettingRange {
        SettingRange(low: low, isLowIncluded: true, high: high)
    }

    func contains(_ value: Double) -> Bool {
        value.isFinite && (low.map { isLowIncluded ? value >= $0 : value > $0 } ?? true)
            && (high.map { value <= $0 } ?? true)
    }

    /// "from 0 to 1", "above 0", "at least 1"; empty for every number.
    public var description: String {
        switch (low, high) {
        case (let low?, let high?): "from \(low.settingText) to \(high.settingText)"
        case (let low?, nil): isLowIncluded ? "at least \(low.settingText)" : "above \(low.settingText)"
        case (nil, let high?): "at most \(high.settingText)"
        case (nil, nil): ""
        }
    }
}

/// A setting as a command or a page of help sees it, without its type.
public struct SettingDeclaration: Sendable, Equatable {
    /// The property's name.
    public let name: String
    /// What it means.
    public let meaning: String
    /// What it is measured in; empty for a plain number.
    public let unit: String
    /// What a value must be: "an integer, at least 1".
    public let expectation: String
    /// The value in force, as a person writes it.
    public let text: String
    /// The value in force, as JSON.
    public let json: String
}

extension Settings {
    /// Every setting with the value in force, in the order of declaration.
    public var declarations: [SettingDeclaration] {
        // Values read from a file do not repeat what is declared beside them; the defaults have it.
        zip(Self().settings, settings).map { declared, current in
            declared.setting.declaration(of: declared.name, holding: current.setting)
        }
    }

    /// The defaults with some values replaced, each read from the text a person wrote.
    public init(replacing texts: [String: String]) throws(ConfigurationError) {
        self = try Self().replacing(texts)
    }

    /// These settings with some values replaced, each read from the text a person wrote.
    public func replacing(_ texts: [String: String]) throws(ConfigurationError) -> Self {
        let declared = Self().settings
        if let unknown = texts.keys.sorted().first(where: { key in !declared.contains { $0.name == key } }) {
            throw .unknown("setting", unknown, among: declared.map(\.name))
        }
        var fields: [String] = []
        for ((name, setting), current) in zip(declared, settings) {
            let json = try texts[name].map { text throws(ConfigurationError) in
                try setting.json(reading: text, for: name)
            }
            fields.append(
                "\"\(name)\":" + (json ?? setting.declaration(of: name, holding: current.setting).json))
        }
        let replaced: Self
        do {
            replaced = try JSONDecoder().decode(
                Self.self, from: Data("{\(fields.joined(separator: ","))}".utf8))
        } catch {
            throw ConfigurationError("\(Self.self) cannot be read from its own settings: \(error)")
        }
        try replaced.validate()
        return replaced
    }

    private var settings: [(name: String, setting: any ErasedSetting)] {
        Mirror(reflecting: self).children.compactMap { child in
            guard let label = child.label, let setting = child.value as? any ErasedSetting else { return nil }
            // A property wrapper's storage is the property's name after an underscore.
            return (String(label.dropFirst()), setting)
        }
    }
}

private protocol ErasedSetting {
    func declaration(of name: String, holding other: any ErasedSetting) -> SettingDeclaration
    func json(reading text: String, for name: String) throws(ConfigurationError) -> String
}

extension Setting: ErasedSetting {
    private var expectation: String {
        Value.expectation + (range == .any ? "" : ", \(range.description)")
    }

    fileprivate func declaration(of name: String, holding other: any ErasedSetting) -> SettingDeclaration {
        let value = (other as? Setting<Value>)?.wrappedValue ?? wrappedValue
        return SettingDeclaration(
            name: name, meaning: meaning, unit: unit, expectation: expectation, text: value.settingText,
            json: json(of: value))
    }

    fileprivate func json(reading text: String, for name: String) throws(ConfigurationError) -> String {
        guard let value = Value(settingText: text), value.settingNumbers.allSatisfy(range.contains) else {
            throw ConfigurationError("\(name)=\(text) does not fit: expected \(expectation)")
        }
        return json(of: value)
    }

    private func json(of value: Value) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Settings are finite numbers, texts and lists of them, all of which JSON can hold.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
