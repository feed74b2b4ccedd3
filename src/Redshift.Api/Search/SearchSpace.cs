using System.Security.Cryptography;
using System.Text;
using Redshift.HyperParameters;

namespace Redshift;

/// <summary>
/// What a search varies: parameters with their values, and how they change a recipe. A JSON document; those that ship are
/// found by name.
/// </summary>
public sealed class SearchSpace
{
    private const int LargestText = 1 << 20;

    private readonly string text;
    private readonly string source;

    private SearchSpace(string text, string source, IReadOnlyList<string> wanted)
    {
        this.text = text;
        this.source = source;
        Content = JsonReading.Parse(text, json => SpaceReader.Read(json, wanted)).OrThrow(source);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text}\n{string.Join(',', wanted)}")))[..16];
    }

    /// <summary>The names of the spaces that ship.</summary>
    public static IReadOnlyList<string> Shipped { get; } = ["gaia-cnn"];

    /// <summary>Its name.</summary>
    public string Name => Content.Name;

    /// <summary>What it is, in a line.</summary>
    public string Description => Content.Description;

    /// <summary>The parameters that are searched, groups written out (<c>filters_1</c>, <c>filters_2</c> …).</summary>
    public IReadOnlyList<string> Parameters => Enumerable.Range(0, Content.Parameters.Count).Select(i => Content.Parameters[i].Name).ToArray();

    /// <summary>The parameters that take part only where <see cref="With"/> asks for them.</summary>
    public IReadOnlyList<string> Optional => Content.Optional;

    /// <summary>The JSON that it was read from.</summary>
    public string Json => text;

    internal SpaceContent Content { get; }

    /// <summary>Where it came from, for messages.</summary>
    internal string Source => source;

    /// <summary>Spaces of the same hash suggest the same.</summary>
    internal string Hash { get; }

    /// <summary>A space that ships where the text is its name, else a JSON file's.</summary>
    /// <exception cref="RedshiftException">No such space, or not one; the message says where.</exception>
    public static SearchSpace FindOrLoad(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        if (Shipped.Contains(nameOrFile))
        {
            using var stream = typeof(SearchSpace).Assembly.GetManifestResourceStream($"Redshift.Search.Spaces.{nameOrFile}.json")!;
            using var reader = new StreamReader(stream);
            return new SearchSpace(reader.ReadToEnd(), nameOrFile, []);
        }

        return nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrFile)
            ? Parse(InputFile.ReadText(nameOrFile, "a search space", LargestText), nameOrFile)
            : throw new RedshiftException($"space: expected one of {string.Join(", ", Shipped)}, or a JSON file, found {nameOrFile}");
    }

    /// <summary>A space from its JSON.</summary>
    /// <param name="json">The document.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="RedshiftException">It is not one; the message says where.</exception>
    public static SearchSpace Parse(string json, string source = "space")
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(source);
        return new SearchSpace(json, source, []);
    }

    /// <summary>The same space with some of its optional parameters.</summary>
    /// <exception cref="ArgumentException">It has no optional parameter of that name.</exception>
    public SearchSpace With(params string[] optional)
    {
        ArgumentNullException.ThrowIfNull(optional);
        if (optional.FirstOrDefault(name => !Optional.Contains(name)) is { } unknown)
        {
            var known = Optional.Count > 0 ? string.Join(", ", Optional) : "none, as the space has none";
            throw new ArgumentException($"expected optional parameters of the space {Name} ({known}), found {unknown}", nameof(optional));
        }

        return new SearchSpace(text, source, Optional.Where(optional.Contains).ToArray());
    }
}
