using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Redshift.Benchmarks.Kernels;

// Redshift.Benchmarks.Kernels [--filter PATTERN] and BenchmarkDotNet's other options.
// In this process: BenchmarkDotNet's own builds know nothing of how this repository gets its packages.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(new GigaFlopsColumn())
    .HideColumns(Column.Job, Column.Toolchain, Column.IterationCount, Column.LaunchCount, Column.WarmupCount);
BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmarks).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"], config);
