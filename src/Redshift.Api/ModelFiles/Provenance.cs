using System.Globalization;
using System.Runtime.InteropServices;
using Redshift.Core;
using Redshift.Engine;

namespace Redshift.ModelFiles;

/// <summary>Where a run came from, as named texts in the order in which they are shown.</summary>
internal sealed record Provenance(IReadOnlyList<(string Name, string Value)> Entries)
{
    /// <summary>Gathers it.</summary>
    /// <param name="catalogue">The data.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="threads">Worker threads.</param>
    public static Provenance Gather(Catalogue catalogue, ulong seed, IBackend backend, int threads) => new(
    [
        .. Data(catalogue, seed),
        ("threads", threads.ToString(CultureInfo.InvariantCulture)),
        ("backend", $"{backend.Name}: {backend.Description}"),
        .. Process(),
    ]);

    /// <summary>Where an imported network came from.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sha256">Its hash.</param>
    /// <param name="writer">What wrote it.</param>
    /// <param name="notes">What could not be taken over.</param>
    public static Provenance OfImport(string file, string sha256, string writer, IReadOnlyList<string> notes) => new(
    [
        ("imported_from", file),
        ("imported_sha256", sha256),
        ("imported_writer", writer),
        .. notes.Select((note, i) => ($"import_note_{i + 1}", note)),
        .. Process(),
    ]);

    /// <summary>Where statistics of a catalogue came from.</summary>
    public static Provenance OfData(Catalogue catalogue, ulong seed) => new([.. Data(catalogue, seed), .. Process()]);

    private static (string Name, string Value)[] Data(Catalogue catalogue, ulong seed) =>
    [
        ("data", catalogue.Source),
        ("data_sha256", catalogue.Sha256 ?? "none (from memory)"),
        ("data_objects", catalogue.Count.ToString(CultureInfo.InvariantCulture)),
        ("seed", seed.ToString(CultureInfo.InvariantCulture)),
    ];

    private static (string Name, string Value)[] Process() =>
    [
        ("redshift", SoftwareInfo.Version),
        ("git_commit", SoftwareInfo.Commit ?? "unknown"),
        ("packages", SoftwareInfo.Packages),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}"),
        ("processor", SoftwareInfo.Processor),
        ("command_line", string.Join(' ', Environment.GetCommandLineArgs().Select(Quoted))),
        ("finished", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The same with one more entry.</summary>
    public Provenance With(string name, string value) => new([.. Entries, (name, value)]);

    /// <summary><c>provenance.json</c>.</summary>
    public string Write() =>
        Json.text(JsonObjects.Object(Entries.Select(e => (e.Name, JsonObjects.Text(e.Value))).ToArray()));

    /// <summary>Reads <c>provenance.json</c>.</summary>
    public static Provenance Read(string text, string path) => new(JsonObjects.Parse(text, path).Texts().ToArray());

    private static string Quoted(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;
}
