using Microsoft.FSharp.Core;
using Redshift.Core.Catalogues;
using Redshift.Core.Simulation;

namespace Redshift;

/// <summary>Loading what Gaia spectra are converted with.</summary>
internal static class GaiaTools
{
    /// <summary>Reads the files that the options name.</summary>
    /// <exception cref="RedshiftException">One of them is missing or at fault.</exception>
    public static GaiaXpTools Load(GaiaFilesOptions options)
    {
        var grid = options.InstrumentFile is { } instrument ? GridOf(instrument) : GaiaXpGridModule.usual;
        var bands = options.BasesFolder is { } folder
            ? FSharpOption<GaiaXpBands>.Some(GaiaXpBands.Create(Basis(folder, "bp", "C03_v375wi"), Basis(folder, "rp", "C03_v142r"), grid))
            : null;
        var points = options.SamplingFile is { } sampling
            ? TableFile.Read(sampling, "GaiaXPy's sampling", stream => GaiaXpSamplingModule.read(sampling, stream))
            : GaiaXpSamplingModule.usual;
        var where = options.SamplingFile ?? "sampling";
        return new GaiaXpTools(
            bands,
            GaiaXpSampling.Create(points, grid.BluePixels).OrThrow(where),
            GaiaXpSampling.Create(points, grid.RedPixels).OrThrow(where),
            grid);
    }

    private static GaiaXpGrid GridOf(string file)
    {
        var table = SimulatorTables.parseInstrument(InputFile.ReadText(file, "an instrument table"));
        if (!table.IsOk)
        {
            throw new RedshiftException(table.ErrorValue.Message(file));
        }

        var pixels = SampleGridModule.create(table.ResultValue, GridEnds.Default).OrThrow(file).Pixels;
        return GaiaXpGridModule.between(pixels[0], pixels[GaiaXpGridModule.BlueCount - 1], pixels[GaiaXpGridModule.BlueCount], pixels[^1]);
    }

    /// <summary>The version that DR3 was made with; where it is not there, the only one that is.</summary>
    private static GaiaXpBasis Basis(string folder, string band, string version)
    {
        if (!Directory.Exists(folder))
        {
            throw new RedshiftException($"{folder}: expected a folder with GaiaXPy's basis matrices, found none");
        }

        var pattern = $"{band}*_bases.csv";
        try
        {
            var usual = Path.Combine(folder, $"{band}{version}_bases.csv");
            return (File.Exists(usual) ? [usual] : Directory.GetFiles(folder, pattern)) switch
            {
                [var file] => TableFile.Read(file, "GaiaXPy's basis matrix", stream => GaiaXpBasisModule.read(file, stream)),
                var files => throw new RedshiftException($"{folder}: expected one file {pattern}, found {files.Length}"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{folder}: expected a folder that can be read, found: {e.Message}", e);
        }
    }
}
