using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Redshift.Core;
using Redshift.Core.Frames;

namespace Redshift.ModelFiles;

/// <summary>How a catalogue was divided: enough to repeat it and to see whether a repetition is the same.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Train">Objects trained on.</param>
/// <param name="Validation">Objects watched.</param>
/// <param name="Test">Objects scored.</param>
/// <param name="Filtered">Objects left out by row filter or cleaning.</param>
/// <param name="Skipped">Rows left out because they could not be read.</param>
/// <param name="TrainHash">SHA-256 of the training rows (0-based, ascending, 32-bit little-endian).</param>
/// <param name="ValidationHash">Likewise.</param>
/// <param name="TestHash">Likewise.</param>
internal sealed record SplitSummary(
    ulong Seed,
    int Train,
    int Validation,
    int Test,
    int Filtered,
    int Skipped,
    string TrainHash,
    string ValidationHash,
    string TestHash)
{
    /// <summary>The folds of a cross-validation, whose training and test parts are all objects; null without.</summary>
    public int? Folds { get; init; }

    /// <summary>Sums a split up; <paramref name="rows"/> are the input's row numbers of its three parts.</summary>
    public static SplitSummary Of(ulong seed, Split rows, int filtered, int skipped) => new(
        seed,
        rows.Train.Length,
        rows.Validation.Length,
        rows.Test.Length,
        filtered,
        skipped,
        Hash(rows.Train),
        Hash(rows.Validation),
        Hash(rows.Test));

    /// <summary><c>split.json</c>.</summary>
    public string Write() => Json.text(JsonObjects.Object(
    [
        ("seed", JsonObjects.Number(Seed)),
        .. Folds is { } folds ? new (string, JsonNode?)[] { ("folds", JsonObjects.Number(folds)) } : [],
        ("n_train", JsonObjects.Number(Train)),
        ("n_validation", JsonObjects.Number(Validation)),
        ("n_test", JsonObjects.Number(Test)),
        ("n_filtered", JsonObjects.Number(Filtered)),
        ("n_skipped", JsonObjects.Number(Skipped)),
        ("train_rows_sha256", JsonObjects.Text(TrainHash)),
        ("validation_rows_sha256", JsonObjects.Text(ValidationHash)),
        ("test_rows_sha256", JsonObjects.Text(TestHash)),
    ]));

    /// <summary>Reads <c>split.json</c>.</summary>
    public static SplitSummary Read(string text, string path)
    {
        var fields = JsonObjects.Parse(text, path);
        return new SplitSummary(
            fields.Number<ulong>("seed"),
            fields.Number<int>("n_train"),
            fields.Number<int>("n_validation"),
            fields.Number<int>("n_test"),
            fields.Number<int>("n_filtered"),
            fields.Number<int>("n_skipped"),
            fields.Text("train_rows_sha256"),
            fields.Text("validation_rows_sha256"),
            fields.Text("test_rows_sha256"))
        {
            Folds = fields.Has("folds") ? fields.Number<int>("folds") : null,
        };
    }

    /// <summary>Whether these are the rows of the test part, in order.</summary>
    public bool IsTest(IEnumerable<int> rows) => Hash(rows.ToArray()) == TestHash;

    private static string Hash(int[] rows) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(rows.AsSpan())));
}
