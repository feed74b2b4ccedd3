using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Redshift.Benchmarks.Kernels;

/// <summary>Operations of one call, by the plain definition.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OperationsAttribute(double count) : Attribute
{
    public double Count { get; } = count;
}

/// <summary>GFLOP/s from a benchmark's <see cref="OperationsAttribute"/>.</summary>
internal sealed class GigaFlopsColumn : IColumn
{
    public string Id => nameof(GigaFlopsColumn);

    public string ColumnName => "GFLOP/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Floating-point operations of the plain definition, in 10^9 a second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var method = benchmarkCase.Descriptor.WorkloadMethod;
        var operations = (OperationsAttribute?)Attribute.GetCustomAttribute(method, typeof(OperationsAttribute));
        return operations is not null && summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (operations.Count / statistics.Mean).ToString("F0", CultureInfo.InvariantCulture)
            : "";
    }

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
