using Microsoft.FSharp.Core;
using Redshift.Core.Catalogues;
using Redshift.ModelFiles;

namespace Redshift;

/// <summary>One run over files of Gaia spectra: reads, joins, writes. A block of rows is converted while the one before is written.</summary>
internal sealed class GaiaPreparation(
    GaiaXpTools tools,
    GaiaFilesOptions options,
    Crossmatch? crossmatch,
    Stream output,
    IProgress<(long Rows, double Share)>? progress,
    CancellationToken cancellation)
{
    private const int MostListed = 1000;

    private readonly CsvWriter writer = new(output);
    private readonly GaiaXpJoin join = new();
    private readonly List<string> skipped = [];
    private CatalogueError? firstSkipped;
    private Parts? parts;
    private string first = "";
    private long skippedCount;
    private long rows;
    private long written;

    /// <summary>Converts all files.</summary>
    /// <exception cref="RedshiftException">One of them is at fault.</exception>
    public GaiaFilesSummary Run(IReadOnlyList<string> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            Convert(inputs[i], share => (i + share) / inputs.Count);
        }

        foreach (var unpaired in join.Unpaired)
        {
            Refuse(unpaired);
        }

        if (written == 0 && firstSkipped is { } fault)
        {
            throw new RedshiftException($"{fault}; none of the {skippedCount} rows is good");
        }

        writer.Flush();
        return new GaiaFilesSummary(inputs.Count, rows, written, skippedCount, skipped, crossmatch?.Summary);
    }

    private void Convert(string input, Func<double, double> shareOf)
    {
        using var file = TableFile.Open(input, "a file of Gaia spectra");
        using var reader = GaiaXpReader.Open(input, file.Stream, tools, options.Threads).OrThrow();
        Begin(input, reader);

        (FSharpResult<GaiaXpRow, CatalogueError>[] Block, double Share) Read() => (reader.Read().OrThrow(), file.Share);

        var ahead = Task.Run(Read, CancellationToken.None);
        try
        {
            while (ahead.GetAwaiter().GetResult() is ({ Length: > 0 } block, var share))
            {
                cancellation.ThrowIfCancellationRequested();
                ahead = Task.Run(Read, CancellationToken.None);
                foreach (var row in block)
                {
                    Take(input, row);
                }

                rows += block.Length;
                progress?.Report((rows, shareOf(share)));
            }
        }
        finally
        {
            // Not while the stream is being read is it closed.
            ((IAsyncResult)ahead).AsyncWaitHandle.WaitOne();
        }
    }

    /// <summary>The first file decides what columns there are; the others must have them too, and no more.</summary>
    private void Begin(string input, GaiaXpReader reader)
    {
        if (crossmatch is { HasPositions: false } && !reader.HasPosition)
        {
            throw new RedshiftException(reader.ColumnsError(
                "columns \"ra\" and \"dec\" to cross-match by, or a table of positions (--positions FILE)", "none").ToString());
        }

        if (crossmatch is { HasPositions: true } && !reader.HasId)
        {
            throw new RedshiftException(reader.ColumnsError("a column \"source_id\" to find positions by", "none").ToString());
        }

        var found = new Parts(reader.HasId, reader.HasRedshift || crossmatch is not null, reader.HasErrors);
        if (parts is null)
        {
            (parts, first) = (found, input);
            writer.Header(found.Header);
        }
        else if (found != parts)
        {
            throw new RedshiftException(reader.ColumnsError($"{parts}, as {first} has", found.ToString()).ToString());
        }
    }

    private void Take(string input, FSharpResult<GaiaXpRow, CatalogueError> row)
    {
        if (row.IsError)
        {
            Refuse(row.ErrorValue);
            return;
        }

        var joined = join.Add(input, row.ResultValue);
        if (joined.IsError)
        {
            Refuse(joined.ErrorValue);
        }
        else if (joined.ResultValue.IsValueSome)
        {
            Write(input, joined.ResultValue.Value);
        }
    }

    private void Refuse(CatalogueError fault)
    {
        if (options.OnBadRow == BadRow.Error)
        {
            throw new RedshiftException(fault.ToString());
        }

        firstSkipped ??= fault;
        skippedCount++;
        if (skipped.Count < MostListed)
        {
            skipped.Add(fault.ToString());
        }
    }

    private void Write(string input, GaiaXpRow row)
    {
        if (crossmatch?.FaultOf(input, row) is { } fault)
        {
            Refuse(fault);
            return;
        }

        var redshift = crossmatch is null ? row.Redshift : crossmatch.RedshiftOf(row);
        if (options.MatchedOnly && double.IsNaN(redshift))
        {
            return;
        }

        if (parts!.Id)
        {
            writer.Text(row.SourceId);
        }

        if (parts.Redshift && double.IsNaN(redshift))
        {
            writer.Text("");
        }
        else if (parts.Redshift)
        {
            writer.Number(redshift);
        }

        foreach (var flux in row.Flux)
        {
            writer.Number(flux);
        }

        foreach (var error in row.Errors)
        {
            writer.Number(error);
        }

        writer.EndRow();
        written++;
    }

    /// <summary>Which columns the output has beside the fluxes.</summary>
    private sealed record Parts(bool Id, bool Redshift, bool Errors)
    {
        public string Header
        {
            get
            {
                var samples = Enumerable.Range(0, GaiaXpGridModule.Count).ToArray();
                IEnumerable<string> names = [.. Id ? ["source_id"] : Array.Empty<string>(), .. Redshift ? ["redshift"] : Array.Empty<string>()];
                names = names.Concat(samples.Select(i => $"flux_{i}"));
                return string.Join(',', Errors ? names.Concat(samples.Select(i => $"flux_error_{i}")) : names);
            }
        }

        public override string ToString() =>
            $"spectra {With(Id)} ids, {With(Redshift)} redshifts, {With(Errors)} errors";

        private static string With(bool has) => has ? "with" : "without";
    }
}
