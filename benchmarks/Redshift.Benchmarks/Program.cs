using System.Diagnostics;
using System.Globalization;
using Redshift.Benchmarks;
using Redshift.Engine.Simd;

// Redshift.Benchmarks read FILE
// Redshift.Benchmarks [--peer PYTHON SCRIPT] [--threads N] [--seconds S] [--rounds R] [MODE:BATCH ...]
// With a peer, each round measures both in turn, so that a busy machine slows both; the ratio is of the medians.
if (args is ["read", var file])
{
    Reading.Measure(file);
    return;
}

var invariant = CultureInfo.InvariantCulture;
var arguments = new Queue<string>(args);
string? python = null, script = null;
var (threads, seconds, rounds) = (2, 3.0, 3);
var modes = new List<string>();
while (arguments.TryDequeue(out var argument))
{
    switch (argument)
    {
        case "--peer":
            (python, script) = (arguments.Dequeue(), arguments.Dequeue());
            break;
        case "--threads":
            threads = int.Parse(arguments.Dequeue(), invariant);
            break;
        case "--seconds":
            seconds = double.Parse(arguments.Dequeue(), invariant);
            break;
        case "--rounds":
            rounds = int.Parse(arguments.Dequeue(), invariant);
            break;
        default:
            modes.Add(argument);
            break;
    }
}

if (modes.Count == 0)
    modes.AddRange(["train:16", "train:64", "train:256", "predict:1", "predict:256"]);
var backend = new SimdBackend();
Console.WriteLine($"{backend.Name}: {backend.Description}; {threads} threads; samples per second, medians of {rounds}");
foreach (var mode in modes)
{
    var parts = mode.Split(':');
    var batch = int.Parse(parts[1], invariant);
    var (ours, theirs) = (new List<double>(), new List<double>());
    for (var round = 0; round < rounds; round++)
    {
        ours.Add(GaiaCnn.Measure(backend, parts[0], batch, threads, seconds));
        if (python is not null)
            theirs.Add(Peer(mode));
    }

    var line = string.Create(invariant, $"{mode,-12} simd {Median(ours),8:F0}");
    if (python is not null)
        line += string.Create(
            invariant, $"  peer {Median(theirs),8:F0}  ratio {Median(ours) / Median(theirs):F2}");
    Console.WriteLine(line);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

double Peer(string mode)
{
    var start = new ProcessStartInfo(
        python!, [script!, threads.ToString(invariant), seconds.ToString(invariant), mode])
    {
        RedirectStandardOutput = true,
    };
    using var process = Process.Start(start)!;
    var answer = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
        throw new InvalidOperationException($"the peer failed: {script} ended with {process.ExitCode}");
    return double.Parse(answer.Split(' ')[2], invariant);
}
