using System.Collections.Concurrent;
using Redshift.Core.Simulation;
using Redshift.Engine;
using Redshift.ModelFiles;

namespace Redshift;

/// <summary>How a Gaia catalogue is simulated.</summary>
public sealed class SimulationOptions
{
    /// <summary>Galaxies, at least 1. Default: 20,000.</summary>
    public long Count { get; set; } = 20_000;

    /// <summary>The seed: the same seed gives the same bytes. Any value. Default: 1.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>A full instrument table (response and dispersion) instead of the built-in fit. Default: null.</summary>
    public string? InstrumentFile { get; set; }

    /// <summary>A full table of templates instead of the built-in fit. Default: null.</summary>
    public string? TemplatesFile { get; set; }

    /// <summary>Worker threads, at least 1. Default: the number of processors. Results do not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;
}

/// <summary>Synthetic Gaia BP/RP spectra of galaxies: for trying methods on equal terms, never to be quoted as Gaia's.</summary>
public static class GaiaSimulation
{
    private const int BlockRows = 512;

    /// <summary>Writes a simulated catalogue as CSV: <c>redshift,flux_0,…,flux_185</c>. The file appears when it is whole.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="options">How many, which seed.</param>
    /// <param name="progress">Told the number of rows written.</param>
    /// <param name="cancellationToken">Stops between two blocks; nothing is left behind.</param>
    /// <exception cref="RedshiftException">A table or the output is at fault.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static void WriteCsv(
        string path,
        SimulationOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new SimulationOptions();
        Check(options);
        var catalogue = Open(options);
        OutputFile.Write(path, stream =>
        {
            stream.Write(SimulatedCatalogue.HeaderBytes);
            WriteRows(stream, catalogue, options, progress, cancellationToken);
        });
    }

    /// <summary>A simulated catalogue in memory, rows 0 to count - 1.</summary>
    /// <exception cref="RedshiftException">A table is at fault.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or there are too many galaxies for an array.</exception>
    public static Catalogue Create(SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        Check(options);
        if (options.Count * SimulatedCatalogue.SampleCount > Array.MaxLength)
        {
            throw new ArgumentException($"expected at most {Array.MaxLength / SimulatedCatalogue.SampleCount} galaxies in memory, found {options.Count}");
        }

        var catalogue = Open(options);
        var count = (int)options.Count;
        var samples = new float[count * SimulatedCatalogue.SampleCount];
        var redshifts = new double[count];
        Parallel.For(0, (count + BlockRows - 1) / BlockRows, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, block =>
        {
            var first = block * BlockRows;
            var rows = Math.Min(BlockRows, count - first);
            var fluxes = new float[rows * SimulatedCatalogue.SampleCount];
            var labels = new double[rows];
            catalogue.Fill(options.Seed, first, rows, fluxes, labels);
            fluxes.CopyTo(samples, first * SimulatedCatalogue.SampleCount);
            labels.CopyTo(redshifts, first);
        });
        return Catalogue.FromArrays(Surveys.Gaia, samples, redshifts);
    }

    private static void Check(SimulationOptions options)
    {
        if (options.Count < 1)
        {
            throw new ArgumentException($"expected at least 1 galaxy, found {options.Count}", nameof(options));
        }

        Backends.CheckThreads(options.Threads);
    }

    private static SimulatedCatalogue Open(SimulationOptions options)
    {
        var defaults = SimulatorModule.defaultOptions();
        var instrument = options.InstrumentFile is { } file
            ? OrThrow(SimulatorTables.parseInstrument(InputFile.ReadText(file, "an instrument table")), file)
            : defaults.Instrument;
        var templates = options.TemplatesFile is { } other
            ? OrThrow(SimulatorTables.parseTemplates(InputFile.ReadText(other, "a table of templates")), other)
            : defaults.Templates;
        var simulator = SimulatorModule.create(new SimulatorOptions(instrument, templates, defaults.GridEnds)).OrThrow();
        return new SimulatedCatalogue(simulator);
    }

    private static T OrThrow<T>(Microsoft.FSharp.Core.FSharpResult<T, TableError> table, string file) =>
        table.IsOk ? table.ResultValue : throw new RedshiftException(table.ErrorValue.Message(file));

    /// <summary>Workers take blocks in turn and hand them over in order; at most two blocks a worker are held.</summary>
    private static void WriteRows(
        Stream stream,
        SimulatedCatalogue catalogue,
        SimulationOptions options,
        IProgress<long>? progress,
        CancellationToken cancellation)
    {
        var blocks = (options.Count + BlockRows - 1) / BlockRows;
        var buffers = new ConcurrentBag<byte[]>();
        var pending = new Queue<Task<(byte[] Buffer, int Length)>>();
        long started = 0, written = 0;

        Task<(byte[], int)> Start()
        {
            var first = started++ * BlockRows;
            return Task.Run(
                () =>
                {
                    var buffer = buffers.TryTake(out var used) ? used : new byte[BlockRows * SimulatedCatalogue.MaxRowBytes];
                    var rows = (int)Math.Min(BlockRows, options.Count - first);
                    return (buffer, catalogue.FormatRows(options.Seed, first, rows, buffer));
                },
                cancellation);
        }

        while (written < options.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            while (started < blocks && pending.Count < 2 * options.Threads)
            {
                pending.Enqueue(Start());
            }

            var (buffer, length) = pending.Dequeue().GetAwaiter().GetResult();
            stream.Write(buffer, 0, length);
            buffers.Add(buffer);
            written = Math.Min(written + BlockRows, options.Count);
            progress?.Report(written);
        }
    }
}
