using System.Diagnostics;
using System.Globalization;

namespace Redshift.Benchmarks;

/// <summary>Reading a catalogue whole, as training does: the peer of reading.py, which prints the same.</summary>
internal static class Reading
{
    /// <summary>Prints rows, seconds, processor seconds, peak memory in MiB, and that as a multiple of the samples' own.</summary>
    public static void Measure(string file)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var catalogue = Catalogue.Load(file, Surveys.Gaia);
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalSeconds;
        var data = (double)catalogue.Count * Surveys.Gaia.SampleCount * sizeof(float);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"redshift {catalogue.Count} rows {seconds:F2} s {processor:F2} s of processors {process.PeakWorkingSet64 >> 20} MiB {process.PeakWorkingSet64 / data:F2} of the samples"));
    }
}
