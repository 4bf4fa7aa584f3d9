import Autograd
import Foundation

/// Answers on standard output, a JSON object a line, what it reads from standard input: programs of tensor operations,
/// modules, optimizers' steps, initializers' draws. `Tests/Interop/autograd` asks, and compares with PyTorch.
///
/// `RL_KERNELS` in the environment chooses the instruction set.
@main
struct Oracle {
    static func main() throws {
        while let line = readLine() {
            var reply = try answer(to: line)
            reply.append(UInt8(ascii: "\n"))
            try FileHandle.standardOutput.write(contentsOf: reply)
        }
    }

    private static func answer(to line: String) throws -> Data {
        do {
            return try encode(try JSONDecoder().decode(Request.self, from: Data(line.utf8)))
        } catch {
            return try JSONEncoder().encode(["error": "\(error)"])
        }
    }

    private static func encode(_ request: Request) throws -> Data {
        let encoder = JSONEncoder()
        return switch request {
        case .catalog: try encoder.encode(Catalog())
        case .program(let program): try encoder.encode(try program.run())
        case .module(let module): try encoder.encode(try module.run())
        case .optimizer(let optimizer): try encoder.encode(try optimizer.run())
        case .initializer(let initializer): try encoder.encode(try initializer.run())
        }
    }
}

/// A line of input: an object with one key that says what it is.
enum Request: Decodable {
    case catalog(Bool)
    case program(Program)
    case module(ModuleRun)
    case optimizer(OptimizerRun)
    case initializer(InitializerRun)

    private enum Key: String, CodingKey {
        case catalog, program, module, optimizer, initializer
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first else { throw OracleError("nothing is asked for") }
        switch key {
        case .catalog: self = .catalog(try container.decode(Bool.self, forKey: key))
        case .program: self = .program(try container.decode(Program.self, forKey: key))
        case .module: self = .module(try container.decode(ModuleRun.self, forKey: key))
        case .optimizer: self = .optimizer(try container.decode(OptimizerRun.self, forKey: key))
        case .initializer: self = .initializer(try container.decode(InitializerRun.self, forKey: key))
        }
    }
}

/// What can be asked for, and the instruction set that answers.
struct Catalog: Encodable {
    var instructionSet = InstructionSet.current.map { "\($0)" }
    var operations = operationTable.keys.sorted()
    var modules = moduleTable.keys.sorted()
    var optimizers = optimizerTable.keys.sorted()
    var initializers = initializerTable.keys.sorted()
}
