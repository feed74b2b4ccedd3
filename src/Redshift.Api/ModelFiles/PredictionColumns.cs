namespace Redshift.ModelFiles;

/// <summary>The columns of predictions after <c>redshift</c>, which depend on the recipe: a new one is a line here and a member of what is predicted.</summary>
internal static class PredictionColumns
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
    ];

    /// <summary>The header of a file of predictions.</summary>
    /// <param name="ids">Whether objects have ids.</param>
    /// <param name="truth">Whether true redshifts are known.</param>
    /// <param name="uncertainty">Whether the recipe's head gives p(z).</param>
    public static IReadOnlyList<string> Header(bool ids, bool truth, bool uncertainty) =>
    [
        "row",
        .. ids ? ["id"] : Array.Empty<string>(),
        .. truth ? ["redshift_true"] : Array.Empty<string>(),
        "redshift",
        .. uncertainty ? OfUncertainty.Select(column => column.Name) : [],
    ];

    /// <summary>Writes the cells after <c>redshift</c>.</summary>
    public static void Write(CsvWriter writer, RedshiftUncertainty? uncertainty)
    {
        if (uncertainty is null)
        {
            return;
        }

        foreach (var (_, value) in OfUncertainty)
        {
            writer.Number((float)value(uncertainty));
        }
    }

    /// <summary>The cells after <c>redshift</c>, in the header's order.</summary>
    public static RedshiftUncertainty Read(ReadOnlySpan<double> cells) =>
        new(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]);
}
