"""What the benchmarks share: inputs, measured runs, checks of answers, result files."""
