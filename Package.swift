// swift-tools-version:6.2
import PackageDescription

/// Set by `Scripts/check`: warnings in our own targets are errors there, while those of dependencies are not.
let strict: [SwiftSetting] =
    Context.environment["SLUICE_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

/// One set of language settings for every Swift target.
let settings: [SwiftSetting] =
    strict + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A target of ours, in `Sources/name`.
func house(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// The tests of one target, in `Tests/nameTests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings)
}

let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The data plane, from the file's bytes to the table.
        .target(name: "CByteScan"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        house("Records", [yams], resources: [.embedInCode("Types")]),
        house("ByteStreams", ["Records", "CZlib", "CZstd", crypto]),
        house("CSV", ["Records", "CByteScan"]),
        house("ListFilters", ["Records"]),
        house("InputFilters", ["Records", "ListFilters"], resources: [.embedInCode("Shipped")]),
        house("Validation", ["Records"]),
        house("Store", ["Records", "CSQLite", grdb, sqlite]),
        // Control, and the faces.
        house(
            "Pipeline",
            ["Records", "ByteStreams", "CSV", "InputFilters", "ListFilters", "Validation", "Store"]),
        house("UserTasks", ["Records", "Store", "Pipeline"]),
        house("SluiceEngine", ["Records", "InputFilters", "Store", "Pipeline", "UserTasks"]),
        .executableTarget(
            name: "sluice", dependencies: ["SluiceEngine", arguments], swiftSettings: settings),
        // Made-up records.
        house("FixtureGenerator", []),
        .executableTarget(
            name: "fixtures", dependencies: ["FixtureGenerator", arguments], swiftSettings: settings),
        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("Records"),
        tests("ByteStreams", ["Records", "CZlib", "CZstd"]),
        tests("CSV", ["Records", "CByteScan"]),
        tests("ListFilters", ["Records"]),
        tests("InputFilters", ["Records", "CSV", "ListFilters"]),
        tests("Validation", ["Records"]),
        tests("Store", ["Records", grdb]),
        tests("Pipeline", ["Records", "ByteStreams", "ListFilters", "Store"]),
        tests("UserTasks", ["Records", "Store", "Pipeline"]),
        .testTarget(
            name: "FixturesTests", dependencies: ["FixtureGenerator", "fixtures", "CZlib", "CZstd"],
            swiftSettings: settings),
        // They run the program, and read what it wrote.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["sluice", "FixtureGenerator", "TestSupport", "CZlib", "CZstd", grdb],
            swiftSettings: settings),
    ]
)
