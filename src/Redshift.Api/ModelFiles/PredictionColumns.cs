using Redshift.Core.Flags;
using Redshift.Core.Models;

namespace Redshift.ModelFiles;

/// <summary>Which columns a file of predictions has; a new one is a line in <see cref="OfUncertainty"/> or a member here.</summary>
/// <param name="Ids">Whether objects have ids.</param>
/// <param name="Truth">Whether true redshifts are known.</param>
/// <param name="Uncertainty">Whether the recipe's head gives p(z).</param>
/// <param name="Interval">Whether there is a conformal interval.</param>
/// <param name="Flags">Whether objects are flagged.</param>
internal readonly record struct PredictionColumns(bool Ids, bool Truth, bool Uncertainty, bool Interval, bool Flags)
{
    /// <summary>The recipe's targets other than the redshift.</summary>
    public IReadOnlyList<TargetColumn> Targets { get; init; } = [];

    /// <summary>Whether there is a scatter by errors of the samples, of the redshift and of each target.</summary>
    public bool MonteCarlo { get; init; }

    /// <summary>Whether what is known of them is there too, in columns of its own at the end.</summary>
    public bool TargetTruths { get; init; }

    private static string TruthName(TargetColumn target) => target.Target + "_true";

    private static string SigmaName(TargetColumn target) => target.Target + "_sigma";

    private static readonly IReadOnlyList<(string Name, Func<RedshiftUncertainty, double> Value)> OfUncertainty =
    [
        ("sigma", u => u.Sigma),
        ("q025", u => u.Q025),
        ("q16", u => u.Q16),
        ("q50", u => u.Q50),
        ("q84", u => u.Q84),
        ("q975", u => u.Q975),
        ("redshift_mode", u => u.Mode),
        ("redshift_best", u => u.Best),
    ];

    /// <summary>The columns that a prediction fills.</summary>
    public static PredictionColumns Of(bool ids, bool truth, RedshiftPrediction prediction, IReadOnlyList<TargetColumn> targets) =>
        new(ids, truth, prediction.Uncertainty is not null, prediction.Interval is not null, prediction.Flags is not null)
        {
            Targets = targets,
            MonteCarlo = prediction.MonteCarloSigma is not null,
        };

    /// <summary>The columns of a header; null where it is not one of a file of predictions.</summary>
    public static PredictionColumns? OfHeader(string[] header, IReadOnlyList<TargetColumn> targets)
    {
        var columns = new PredictionColumns(
            header.Contains("id"),
            header.Contains("redshift_true"),
            header.Contains("sigma"),
            header.Contains("interval_low"),
            header.Contains("flags"))
        {
            Targets = targets,
            TargetTruths = targets.Count > 0 && header.Contains(TruthName(targets[0])),
        };
        return header.SequenceEqual(columns.Header) ? columns : null;
    }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Header =>
    [
        "row",
        .. Ids ? ["id"] : Array.Empty<string>(),
        .. Truth ? ["redshift_true"] : Array.Empty<string>(),
        "redshift",
        .. Uncertainty ? OfUncertainty.Select(column => column.Name) : [],
        .. Interval ? ["interval_low", "interval_high"] : Array.Empty<string>(),
        .. Flags ? ["flags"] : Array.Empty<string>(),
        .. Targets.SelectMany(target => target.HasSigma ? new[] { target.Column, SigmaName(target) } : [target.Column]),
        .. MonteCarlo ? Targets.Select(target => target.Column).Prepend("redshift").Select(column => column + "_mc_sigma") : [],
        .. TargetTruths ? Targets.Select(TruthName) : [],
    ];

    /// <summary>Writes one row; a true redshift that is NaN is an empty cell.</summary>
    public void Write(CsvWriter writer, RedshiftPrediction prediction, double truth, double[]? targetTruths = null)
    {
        writer.Number(prediction.Row);
        if (Ids)
        {
            writer.Text(prediction.Id ?? "");
        }

        if (Truth)
        {
            WriteKnown(writer, truth);
        }

        writer.Number((float)prediction.Redshift);
        if (Uncertainty)
        {
            foreach (var (_, value) in OfUncertainty)
            {
                writer.Number((float)value(prediction.Uncertainty!));
            }
        }

        if (Interval)
        {
            writer.Number((float)prediction.Interval!.Value.Low);
            writer.Number((float)prediction.Interval.Value.High);
        }

        if (Flags)
        {
            writer.Number((int)prediction.Flags!.Value);
        }

        foreach (var target in prediction.Targets)
        {
            writer.Number((float)target.Value);
            if (target.Sigma is { } sigma)
            {
                writer.Number((float)sigma);
            }
        }

        if (MonteCarlo)
        {
            writer.Number((float)prediction.MonteCarloSigma!.Value);
            foreach (var target in prediction.Targets)
            {
                writer.Number((float)target.MonteCarloSigma!.Value);
            }
        }

        for (var place = 0; TargetTruths && place < Targets.Count; place++)
        {
            WriteKnown(writer, targetTruths?[place] ?? double.NaN);
        }
    }

    /// <summary>What is known, an empty cell where nothing is.</summary>
    private static void WriteKnown(CsvWriter writer, double truth)
    {
        if (double.IsNaN(truth))
        {
            writer.Text("");
        }
        else
        {
            writer.Number(truth);
        }
    }

    /// <summary>What is known of the targets, the last of these numbers; null where there are no such columns.</summary>
    public double[]? ReadTruths(ReadOnlySpan<double> numbers) => TargetTruths ? numbers[^Targets.Count..].ToArray() : null;

    /// <summary>A prediction from its row, id and the numbers after the true redshift, in the header's order.</summary>
    public RedshiftPrediction Read(int row, string? id, ReadOnlySpan<double> numbers)
    {
        var rest = numbers[1..];
        RedshiftUncertainty? uncertainty = null;
        if (Uncertainty)
        {
            uncertainty = new(rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7]);
            rest = rest[OfUncertainty.Count..];
        }

        (double Low, double High)? interval = null;
        if (Interval)
        {
            interval = (rest[0], rest[1]);
            rest = rest[2..];
        }

        RedshiftFlags? flags = null;
        if (Flags)
        {
            flags = (RedshiftFlags)(int)rest[0];
            rest = rest[1..];
        }

        var targets = new TargetPrediction[Targets.Count];
        for (var place = 0; place < targets.Length; place++)
        {
            var target = Targets[place];
            targets[place] = new TargetPrediction(target.Target, target.Column, rest[0]) { Sigma = target.HasSigma ? rest[1] : null };
            rest = rest[(target.HasSigma ? 2 : 1)..];
        }

        return new RedshiftPrediction(row, id, numbers[0]) { Uncertainty = uncertainty, Interval = interval, Flags = flags, Targets = targets };
    }
}
