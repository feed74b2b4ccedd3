using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Redshift.Benchmarks;

/// <summary>One number measured in a process of its own, with its peak memory.</summary>
/// <param name="Rate">Samples (or GFLOP) per second.</param>
/// <param name="Memory">Peak resident memory in MiB.</param>
internal readonly record struct Measurement(double Rate, double Memory)
{
    /// <summary>Runs a program whose last line ends with the rate and the memory.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Environment variables added to ours.</param>
    public static Measurement Of(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value.Length > 0 ? value : null;
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        var invariant = CultureInfo.InvariantCulture;
        return new Measurement(double.Parse(words[^2], invariant), double.Parse(words[^1], invariant));
    }

    /// <summary>The middle of some numbers; of an even count the upper one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

/// <summary>The peer: a Python script, as installed and at its best settings.</summary>
/// <param name="Python">The interpreter.</param>
/// <param name="Script">The script.</param>
/// <param name="Preload">Libraries for LD_PRELOAD at the best settings (allocator, BLAS), or none.</param>
internal sealed record Peer(string Python, string Script, string? Preload)
{
    private const string BlasCore = "OPENBLAS_CORETYPE";
    private static readonly Dictionary<string, string> asInstalled = [];
    private static readonly string[] BlasCores = Avx512F.IsSupported ? ["", "SkylakeX"] : [""];

    /// <summary>The best rate of its matrix product, over the kernels it has.</summary>
    public double Product(int threads, double seconds) => BlasCores.Max(core =>
    {
        var environment = new Dictionary<string, string> { [BlasCore] = core };
        if (Preload is not null)
            environment["LD_PRELOAD"] = Preload;
        return Measure(new PeerSettings(threads, environment), seconds, "peak:1024").Rate;
    });

    /// <summary>A measurement as installed.</summary>
    public Measurement Measure(int threads, double seconds, string mode) => Run(threads, seconds, mode, asInstalled);

    /// <summary>A measurement at some settings.</summary>
    public Measurement Measure(PeerSettings settings, double seconds, string mode) =>
        Run(settings.Threads, seconds, mode, settings.Environment);

    /// <summary>The best of all settings for one mode, each measured once: allocator that keeps its memory or the one
    /// preloaded, threads from 1 to all, MKL-DNN on and off, OpenBLAS as it chooses and, as it may not know a newer
    /// processor, for AVX-512.</summary>
    public PeerSettings Best(int threads, double seconds, string mode)
    {
        var candidates =
            from allocator in Allocators()
            from count in Enumerable.Range(1, threads)
            from dnn in Enumerable.Range(0, 2)
            from core in BlasCores
            select new PeerSettings(count, new(allocator) { ["PEER_MKLDNN"] = dnn == 0 ? "1" : "0", [BlasCore] = core });
        return candidates.MaxBy(settings => Measure(settings, seconds, mode).Rate)!;
    }

    private IEnumerable<Dictionary<string, string>> Allocators()
    {
        const string Large = "4294967296";
        yield return new()
        {
            ["MALLOC_TRIM_THRESHOLD_"] = Large,
            ["MALLOC_MMAP_THRESHOLD_"] = Large,
            ["MALLOC_TOP_PAD_"] = "268435456",
        };
        if (Preload is not null)
            yield return new() { ["LD_PRELOAD"] = Preload };
    }

    private Measurement Run(int threads, double seconds, string mode, IReadOnlyDictionary<string, string> environment)
    {
        var invariant = CultureInfo.InvariantCulture;
        var count = threads.ToString(invariant);
        return Measurement.Of(
            Python,
            [Script, count, seconds.ToString(invariant), mode],
            new Dictionary<string, string>(environment) { ["OPENBLAS_NUM_THREADS"] = count });
    }
}

/// <summary>How the peer runs.</summary>
/// <param name="Threads">Threads.</param>
/// <param name="Environment">Environment variables.</param>
internal sealed record PeerSettings(int Threads, Dictionary<string, string> Environment)
{
    public override string ToString()
    {
        var allocator = Environment.ContainsKey("LD_PRELOAD") ? "preloaded" : "glibc keeping memory";
        var blas = Environment["OPENBLAS_CORETYPE"] is { Length: > 0 } core ? $", OpenBLAS for {core}" : "";
        return $"{Threads} threads, {allocator}, MKL-DNN {(Environment["PEER_MKLDNN"] == "1" ? "on" : "off")}{blas}";
    }
}
