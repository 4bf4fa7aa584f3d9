// swift-tools-version: 6.2
import PackageDescription

// Who may import whom is the architecture of this package (README, "Map of the code"):
// `swift build --explicit-target-dependency-import-check error` refuses an import that is not declared here.
let package = Package(
    name: "rl",
    products: [
        .executable(name: "rl", targets: ["rl"]),
        .library(name: "Autograd", targets: ["Autograd"]),
        .library(name: "RLCore", targets: ["RLCore"]),
        .library(name: "RLTraining", targets: ["RLTraining"]),
        .library(name: "Environments", targets: ["Environments"]),
        .library(name: "Agents", targets: ["Agents"]),
        .library(name: "RLRuns", targets: ["RLRuns"]),
        .library(name: "PictureFiles", targets: ["PictureFiles"]),
        .library(name: "Viewer", targets: ["Viewer"]),
        .library(name: "RLCommandLine", targets: ["RLCommandLine"]),
    ],
    traits: [
        .trait(name: "Viewer", description: "The window of `rl watch`, which needs SDL 2 and its headers."),
        .default(enabledTraits: ["Viewer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenBLAS", path: "Sources/COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        // Not by pkg-config, whose -D_REENTRANT for SDL SwiftPM warns of in every build.
        .systemLibrary(name: "CSDL2", path: "Sources/CSDL2"),
        .systemLibrary(
            name: "CPNG", path: "Sources/CPNG", pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .target(name: "CKernels", path: "Sources/CKernels"),
        .target(name: "Autograd", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "RLCore", dependencies: ["CKernels"]),
        .target(name: "RLTraining", dependencies: ["RLCore", "Autograd"]),
        .target(name: "Environments", dependencies: ["RLCore", "CKernels"], path: "Environments"),
        .target(name: "Agents", dependencies: ["RLCore", "RLTraining", "Autograd"], path: "Agents"),
        .target(name: "RLRuns", dependencies: ["RLCore", "RLTraining"]),
        .target(name: "PictureFiles", dependencies: ["RLCore", "CPNG"]),
        .target(
            name: "Viewer",
            dependencies: ["RLCore", .target(name: "CSDL2", condition: .when(traits: ["Viewer"]))]),
        .target(
            name: "RLCommandLine",
            dependencies: [
                "Autograd", "RLCore", "RLTraining", "RLRuns", "Environments", "Agents", "PictureFiles",
                "Viewer", "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.embedInCode("tuned.yaml")]),
        .executableTarget(name: "rl", dependencies: ["RLCommandLine"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(
            name: "AcceptanceTests", dependencies: ["rl", "RLCommandLine", "RLRuns", "RLCore"]),
        .testTarget(name: "AutogradTests", dependencies: ["Autograd", "CAllocationCounter"]),
        .testTarget(
            name: "RLCoreTests", dependencies: ["RLCore", "CKernels", "Environments", "CAllocationCounter"],
            exclude: ["Fixtures/make_random_fixtures.py", "Fixtures/make_safetensors_fixture.py"],
            resources: [.copy("Fixtures/random.json"), .copy("Fixtures/reference.safetensors")]),
        .testTarget(
            name: "EnvironmentsTests", dependencies: ["Environments", "RLCore", "CKernels"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "PictureFilesTests", dependencies: ["PictureFiles", "RLCore", "CPNG"]),
        .testTarget(
            name: "ViewerTests",
            dependencies: [
                "Viewer", "RLCore", "Environments",
                .target(name: "CSDL2", condition: .when(traits: ["Viewer"])),
            ]),
        .testTarget(
            name: "RLTrainingTests",
            dependencies: ["RLTraining", "RLCore", "Autograd", "Environments", "CAllocationCounter"]),
        .testTarget(
            name: "AgentsTests",
            dependencies: ["Agents", "RLTraining", "RLCore", "Environments", "CAllocationCounter"]),
        .testTarget(
            name: "RLRunsTests", dependencies: ["RLRuns", "RLCore", "RLTraining", "Environments", "Agents"],
            exclude: ["Comparison/Fixtures"]),
        // Runs the built `rl`; it links none of it.
        .testTarget(name: "RLCommandLineTests", dependencies: ["rl"]),
        // Answers the comparison with PyTorch (`make test-interop`); no product, so that nobody else builds it.
        .executableTarget(
            name: "AutogradOracle", dependencies: ["Autograd"], path: "Tests/Interop/AutogradOracle"),
    ]
)
