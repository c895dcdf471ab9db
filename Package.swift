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

/// Set by `Scripts/fuzz` to libFuzzer's library: our targets are instrumented then, and there is a program `fuzz`.
let fuzzer = Context.environment["SLUICE_FUZZER"]
let instrumented: [SwiftSetting] = fuzzer == nil ? [] : [.unsafeFlags(["-O", "-sanitize=fuzzer"])]
let fuzzTargets: [Target] = [
    .target(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
    .executableTarget(
        name: "fuzz",
        dependencies: [
            "CLibFuzzer", "Records", "ByteStreams", "CSV", "InputFilters", "ExportFormats", "FilterGuess",
            "CSVTestSupport", "CZstd",
        ],
        path: "Tests/Fuzz/FuzzTargets", swiftSettings: settings + [.unsafeFlags(["-O"])],
        linkerSettings: [.unsafeFlags([fuzzer ?? ""]), .linkedLibrary("stdc++")]),
]

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A target of ours, in `Sources/name`.
func house(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: resources,
        swiftSettings: settings + instrumented)
}

/// The tests of one target, in `Tests/nameTests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
        exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .library(name: "SluiceEngine", targets: ["SluiceEngine"]),
        // For Benchmarks/Stages alone.
        .library(name: "StageWork", targets: ["StageWork"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The data plane, from the file's bytes to the table.
        .target(
            name: "CByteScan",
            cSettings: fuzzer == nil ? [] : [.unsafeFlags(["-O1", "-fsanitize=fuzzer-no-link"])]),
        .target(name: "CFileWrite"),
        .target(name: "CMalloc"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        house("Records", [yams], resources: [.embedInCode("Types")]),
        house("Sealing", ["Records", crypto]),
        house("ByteStreams", ["Records", "CFileWrite", "CZlib", "CZstd", crypto]),
        house("CSV", ["Records", "CByteScan"]),
        house("ListFilters", ["Records"]),
        house("InputFilters", ["Records", "CByteScan", "ListFilters"], resources: [.embedInCode("Shipped")]),
        house("Validation", ["Records", "CByteScan"]),
        house("FilterGuess", ["Records", "CSV", "InputFilters", "Validation"]),
        house("Store", ["Records", "ListFilters", "CSQLite", grdb, sqlite]),
        house("ExportFormats", ["Records"], resources: [.embedInCode("Shipped")]),
        // Control, and the faces.
        house(
            "Pipeline",
            [
                "Records", "ByteStreams", "CSV", "InputFilters", "ListFilters", "Validation", "FilterGuess",
                "ExportFormats", "Store", "CMalloc",
            ]),
        house("UserTasks", ["Records", "Store", "Pipeline"]),
        house(
            "SluiceEngine",
            [
                "Records", "Sealing", "InputFilters", "ExportFormats", "FilterGuess", "Store", "Pipeline",
                "UserTasks",
            ]),
        .executableTarget(
            name: "sluice", dependencies: ["SluiceEngine", "CMalloc", arguments], swiftSettings: settings),
        // A program that embeds the engine, as one outside of this package would: it sees what is public.
        .executableTarget(
            name: "follow-import", dependencies: ["SluiceEngine"], packageAccess: false,
            swiftSettings: settings),
        // What the benchmarks poll with: a program of another process, over what is public.
        .executableTarget(
            name: "poll-task", dependencies: ["SluiceEngine"], packageAccess: false, swiftSettings: settings),
        // The parser alone, for the benchmarks.
        .executableTarget(name: "parse-file", dependencies: ["CSV", "Records"], swiftSettings: settings),
        // Made-up records.
        house("FixtureGenerator", []),
        .executableTarget(
            name: "fixtures", dependencies: ["FixtureGenerator", arguments], swiftSettings: settings),
        // The stages one by one, for benchmarks and counts of instructions.
        house(
            "StageWork",
            [
                "Records", "ByteStreams", "CSV", "InputFilters", "Validation", "ExportFormats", "Store",
                "FixtureGenerator",
            ]),
        .executableTarget(name: "stage-counts", dependencies: ["StageWork"], swiftSettings: settings),
        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("Records"),
        tests("Sealing", ["Records"]),
        tests("ByteStreams", ["Records", "CZlib", "CZstd"]),
        .target(
            name: "CSVTestSupport", dependencies: ["CSV", "Records", "TestSupport"],
            path: "Tests/CSVTestSupport", swiftSettings: settings),
        tests("CSV", ["Records", "CByteScan", "CSVTestSupport"], exclude: ["DuckDBDifferences.md"]),
        .target(
            name: "ListFiltersTestSupport", dependencies: ["ListFilters", "Records"],
            path: "Tests/ListFiltersTestSupport", swiftSettings: settings),
        tests("ListFilters", ["Records", "ListFiltersTestSupport"]),
        tests("InputFilters", ["Records", "CSV", "ListFilters"]),
        tests("Validation", ["Records"]),
        .testTarget(name: "StageWorkTests", dependencies: ["StageWork"], swiftSettings: settings),
        tests("ExportFormats", ["Records", "ByteStreams", "CSV", "InputFilters", "Validation"]),
        tests("FilterGuess", ["Records", "CSV", "InputFilters"]),
        tests("Store", ["Records", "ListFilters", "ListFiltersTestSupport", grdb]),
        tests("Pipeline", ["Records", "ByteStreams", "ListFilters", "Store", grdb]),
        tests("UserTasks", ["Records", "Store", "Pipeline"]),
        .testTarget(
            name: "FixturesTests", dependencies: ["FixtureGenerator", "fixtures", "CZlib", "CZstd"],
            swiftSettings: settings),
        // They see what is public, as programs outside of this package do.
        .testTarget(
            name: "SluiceEngineTests", dependencies: ["SluiceEngine"], packageAccess: false,
            swiftSettings: settings),
        // They run the program, and read what it wrote.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "sluice", "follow-import", "FixtureGenerator", "TestSupport", "CZlib", "CZstd", grdb,
            ],
            swiftSettings: settings),
    ] + (fuzzer == nil ? [] : fuzzTargets)
)
