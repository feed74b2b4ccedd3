using Redshift.Core.Calibration;

namespace Redshift.ModelFiles;

/// <summary>Which columns a file of predictions has; a new one is a line in <see cref="OfUncertainty"/> or a member here.</summary>
/// <param name="Ids">Whether objects have ids.</param>
/// <param name="Truth">Whether true redshifts are known.</param>
/// <param name="Uncertainty">Whether the recipe's head gives p(z).</param>
/// <param name="Interval">Whether there is a conformal interval.</param>
/// <param name="Flags">Whether objects are flagged.</param>
internal readonly record struct PredictionColumns(bool Ids, bool Truth, bool Uncertainty, bool Interval, bool Flags)
{
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
    public static PredictionColumns Of(bool ids, bool truth, RedshiftPrediction prediction) =>
        new(ids, truth, prediction.Uncertainty is not null, prediction.Interval is not null, prediction.Flags is not null);

    /// <summary>The columns of a header; null where it is not one of a file of predictions.</summary>
    public static PredictionColumns? OfHeader(string[] header)
    {
        var columns = new PredictionColumns(
            header.Contains("id"),
            header.Contains("redshift_true"),
            header.Contains("sigma"),
            header.Contains("interval_low"),
            header.Contains("flags"));
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
    ];

    /// <summary>Writes one row; a true redshift that is NaN is an empty cell.</summary>
    public void Write(CsvWriter writer, RedshiftPrediction prediction, double truth)
    {
        writer.Number(prediction.Row);
        if (Ids)
        {
            writer.Text(prediction.Id ?? "");
        }

        if (Truth && double.IsNaN(truth))
        {
            writer.Text("");
        }
        else if (Truth)
        {
            writer.Number(truth);
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
    }

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

        return new RedshiftPrediction(row, id, numbers[0])
        {
            Uncertainty = uncertainty,
            Interval = Interval ? (rest[0], rest[1]) : null,
            Flags = Flags ? (RedshiftFlags)(int)rest[^1] : null,
        };
    }
}
