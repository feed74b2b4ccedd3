using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Redshift.Core;
using Redshift.Core.Baselines;

namespace Redshift.Benchmarks;

/// <summary>Regression by neighbours, beside scikit-learn's on the same points in the same run.</summary>
internal static class Neighbours
{
    private const int Train = 10_000;
    private const int Queries = 40_000;
    private const int Bands = 11;
    private const int K = 15;

    /// <summary>Measures in turn with the peer and prints objects a second of both, and the median ratio.</summary>
    public static void Measure(string python, string script, int threads, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("neighbours-").FullName;
        try
        {
            var (train, redshifts) = Galaxies(Train, 1);
            var (queries, _) = Galaxies(Queries, 2);
            Write("train", train);
            Write("redshifts", redshifts);
            Write("queries", queries);
            var regression = NeighbourRegressionModule.fit(
                new NeighbourSettings(K, NeighbourWeights.Distance, NeighbourEstimate.Mean), Points(train), redshifts).ResultValue;
            NeighbourRegressionModule.predict(threads, regression, Points(queries));
            var (speeds, peers, ratios) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                var predicted = NeighbourRegressionModule.predict(threads, regression, Points(queries)).ResultValue;
                var speed = Queries / clock.Elapsed.TotalSeconds;
                var (peer, theirs) = Peer();
                Check(predicted, theirs);
                speeds.Add(speed);
                peers.Add(peer);
                ratios.Add(speed / peer);
            }

            var invariant = CultureInfo.InvariantCulture;
            Console.WriteLine(string.Create(
                invariant,
                $"{Train:N0} training objects, {Bands} bands, {K} neighbours, {threads} threads: {Median(speeds):N0} objects/s, scikit-learn {Median(peers):N0}, ratio {Median(ratios):0.00}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Write(string name, double[] values) =>
            File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

        (double Speed, double[] Predicted) Peer()
        {
            var start = new ProcessStartInfo(python, [script, folder, $"{Bands}", $"{K}", $"{threads}"]) { RedirectStandardOutput = true };
            using var running = Process.Start(start)!;
            var said = running.StandardOutput.ReadToEnd();
            running.WaitForExit();
            return running.ExitCode == 0
                ? (Queries / double.Parse(said, CultureInfo.InvariantCulture), Read())
                : throw new InvalidOperationException($"{script}: expected exit code 0, found {running.ExitCode}");
        }

        double[] Read() => MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(folder, "predicted"))).ToArray();
    }

    private static Points Points(double[] values) => PointsModule.create(Bands, values).ResultValue;

    private static void Check(double[] ours, double[] theirs)
    {
        for (var i = 0; i < ours.Length; i++)
        {
            if (Math.Abs(ours[i] - theirs[i]) > 1e-9)
            {
                throw new InvalidOperationException($"object {i}: expected {theirs[i]}, found {ours[i]}");
            }
        }
    }

    /// <summary>Magnitudes as galaxies have them: a brightness common to all bands, colours that follow a few types and the redshift, noise.</summary>
    private static (double[] Magnitudes, double[] Redshifts) Galaxies(int count, ulong seed)
    {
        var stream = new RandomStream(seed);
        var (magnitudes, redshifts) = (new double[count * Bands], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var (brightness, type, z) = (1.5 * stream.NextNormal(), stream.NextNormal(), 1.2 * stream.NextDouble());
            redshifts[i] = z;
            for (var band = 0; band < Bands; band++)
            {
                var slope = Math.Sin(0.9 * band + 3.0 * z) + 0.4 * type * Math.Cos(0.5 * band);
                magnitudes[i * Bands + band] = brightness + slope + 0.05 * stream.NextNormal();
            }
        }

        return (magnitudes, redshifts);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
