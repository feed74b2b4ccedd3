using System.Runtime.Loader;
using Redshift.Engine.Simd;

namespace Redshift.Engine;

/// <summary>
/// The backends that this process can use. <c>simd</c> is built in; <c>torch</c> is looked for once, as the assembly
/// <c>Redshift.Torch.dll</c> beside the application and under no other name.
/// </summary>
internal static class Backends
{
    private const string TorchAssembly = "Redshift.Torch.dll";

    private static readonly Lazy<IBackend?> Torch = new(LoadTorch);

    /// <summary>The backends at hand.</summary>
    public static IReadOnlyList<IBackend> All => Torch.Value is { } torch ? [Simd, torch] : [Simd];

    /// <summary>The built-in backend.</summary>
    public static IBackend Simd { get; } = new SimdBackend();

    /// <summary>A backend by name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says what to do.</exception>
    public static IBackend Find(string name) => name switch
    {
        "simd" => Simd,
        "torch" => Torch.Value ?? throw new ArgumentException(
            $"the backend torch is not installed: {TorchAssembly} is not beside the application, because this machine's "
            + "NuGet sources do not serve TorchSharp; add a source that does and build again, or use --backend simd"),
        _ => throw new ArgumentException($"expected a backend simd or torch, found {name}"),
    };

    private static IBackend? LoadTorch()
    {
        var path = Path.Combine(AppContext.BaseDirectory, TorchAssembly);
        if (!File.Exists(path))
        {
            return null;
        }

        var factory = AssemblyLoadContext.Default.LoadFromAssemblyPath(path)
            .GetExportedTypes()
            .Single(type => type.IsClass && typeof(IBackend).IsAssignableFrom(type));
        return (IBackend?)Activator.CreateInstance(factory);
    }
}
