// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who builds Sluice fetches what measures it.
let package = Package(
    name: "stages-benchmarks",
    dependencies: [
        .package(name: "sluice", path: "../.."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Stages",
            dependencies: [
                .product(name: "StageWork", package: "sluice"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Stages", swiftSettings: [.swiftLanguageMode(.v6)],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
