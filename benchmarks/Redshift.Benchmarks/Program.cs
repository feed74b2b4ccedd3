using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Redshift.Benchmarks;
using Redshift.Engine.Simd;

// Redshift.Benchmarks read FILE
// Redshift.Benchmarks neighbours PYTHON SCRIPT [ROUNDS]
// Redshift.Benchmarks [--peer PYTHON SCRIPT] [--preload LIBRARIES] [--threads N] [--seconds S] [--rounds R]
//                     [--profile] [--once] [--table FILE] [MODE:BATCH ...]
// Every measurement is a process of its own. With a peer, each round measures both in turn, so that a busy machine
// slows both; ratios are medians of the rounds' ratios. --preload names libraries (allocator, BLAS) for the peer's best
// settings. --table appends a row a mode to a Markdown table. --profile prints the shortest time of each phase instead. --once measures in this process.
if (args is ["read", var file])
{
    Reading.Measure(file);
    return;
}

if (args is ["neighbours", var peerPython, var peerScript, ..])
{
    Neighbours.Measure(peerPython, peerScript, 2, args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 5);
    return;
}

var invariant = CultureInfo.InvariantCulture;
var arguments = new Queue<string>(args);
string? python = null, script = null, preload = null, table = null;
var (threads, seconds, rounds, once) = (2, 3.0, 5, false);
var modes = new List<string>();
while (arguments.TryDequeue(out var argument))
{
    switch (argument)
    {
        case "--peer":
            (python, script) = (arguments.Dequeue(), arguments.Dequeue());
            break;
        case "--preload":
            preload = arguments.Dequeue();
            break;
        case "--table":
            table = arguments.Dequeue();
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
        case "--profile":
            Profile.Enabled = true;
            break;
        case "--once":
            once = true;
            break;
        default:
            modes.Add(argument);
            break;
    }
}

if (modes.Count == 0)
    modes.AddRange(["train:16", "train:64", "train:256", "predict:1", "predict:256", "predict:4096"]);
var backend = new SimdBackend();
if (once || Profile.Enabled)
{
    modes.ForEach(MeasureHere);
    return;
}

var peer = python is null ? null : new Peer(python, script!, preload);
var peak = Peak.Measure(threads);
Say($"{backend.Name}: {backend.Description}; {threads} threads; {rounds} rounds of {seconds} s");
Say($"peak in registers: {Peak.Measure(1):F0} GFLOP/s by 1 thread, {peak:F0} by {threads}");
if (peer is not null)
    Say($"peak of the peer's matrix product: {peer.Product(1, seconds):F0} by 1 thread, {peer.Product(threads, seconds):F0} by {threads}");
foreach (var mode in modes)
    Compare(mode);

static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

static (string Mode, int Batch) Parse(string mode) =>
    (mode.Split(':')[0], int.Parse(mode.Split(':')[1], CultureInfo.InvariantCulture));

void MeasureHere(string item)
{
    var (mode, batch) = Parse(item);
    var (rate, processor) = GaiaCnn.Measure(backend, mode, batch, threads, seconds);
    var phases = Profile.Take();
    foreach (var (name, milliseconds) in phases)
        Say($"  {name,-40} {1e3 * milliseconds / batch,8:F1} us per sample");
    if (phases.Count > 0)
        Say($"  {"sum of the phases",-40} {1e3 * phases.Sum(p => p.Milliseconds) / batch,8:F1} us per sample");
    using var process = Process.GetCurrentProcess();
    Say($"{mode} {batch} {processor:F4} ms of processor time; {rate:F1} {process.PeakWorkingSet64 / 1048576.0:F0}");
}

Measurement Ours(string mode)
{
    var program = Environment.ProcessPath!;
    var hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
    string[] own = hosted ? [Assembly.GetExecutingAssembly().Location] : [];
    return Measurement.Of(
        program,
        [.. own, "--once", "--threads", threads.ToString(invariant), "--seconds", seconds.ToString(invariant), mode],
        new Dictionary<string, string>());
}

void Compare(string item)
{
    var best = peer?.Best(threads, seconds / 2, item);
    var (ours, installed, tuned) = (new List<Measurement>(), new List<Measurement>(), new List<Measurement>());
    for (var round = 0; round < rounds; round++)
    {
        ours.Add(Ours(item));
        if (best is null)
            continue;
        installed.Add(peer!.Measure(threads, seconds, item));
        tuned.Add(peer.Measure(best, seconds, item));
    }

    var rate = Measurement.Median(ours.Select(o => o.Rate));
    var (kind, batch) = Parse(item);
    var speed = rate * GaiaCnn.Operations(kind) / 1e9;
    Say($"{item,-12} {rate,6:F0} /s  {speed,4:F0} GFLOP/s effective  {speed / peak:P0} of peak  {Memory(ours):F0} MiB");
    var ratios = "| | |";
    if (best is not null)
    {
        var (byInstalled, byBest) = (Against("as installed", ours, installed), Against(best.ToString(), ours, tuned));
        ratios = string.Create(invariant, $"| {byInstalled:F2} | {byBest:F2} |");
    }

    if (table is not null)
    {
        var work = kind == "train" ? "training" : "inference";
        var row = $"| {work}, batch {batch} | {rate:F0} samples/s | {speed:F0} | {speed / peak:P0} | {Memory(ours):F0} {ratios}\n";
        File.AppendAllText(table, row);
    }
}

static double Memory(List<Measurement> list) => list.Max(m => m.Memory);

static double Against(string name, List<Measurement> ours, List<Measurement> theirs)
{
    var ratio = Measurement.Median(ours.Zip(theirs, (a, b) => a.Rate / b.Rate));
    var rate = Measurement.Median(theirs.Select(t => t.Rate));
    Say($"  peer       {rate,6:F0} /s  {Memory(theirs),5:F0} MiB  ratio {ratio:F2}  ({name})");
    return ratio;
}
