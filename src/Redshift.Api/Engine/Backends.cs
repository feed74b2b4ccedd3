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
            $"the backend torch is not installed: {TorchAssembly} (built on TorchSharp), which this version does not bring, is not "
            + "beside the application; put one there, or use --backend simd"),
        _ => throw new ArgumentException($"expected a backend simd or torch, found {name}"),
    };

    /// <summary>The most worker threads; more would only be a slip of the finger.</summary>
    public const int MostThreads = 1024;

    /// <summary>Refuses a number of threads out of range.</summary>
    /// <exception cref="ArgumentException">Not in 1 to <see cref="MostThreads"/>.</exception>
    public static void CheckThreads(int threads)
    {
        if (threads is < 1 or > MostThreads)
        {
            throw new ArgumentException($"expected 1 to {MostThreads} threads, found {threads}", nameof(threads));
        }
    }

    /// <summary>Compiles a network; what the backend lacks is the recipe's fault.</summary>
    /// <exception cref="RedshiftException">A layer that the backend lacks; the message names it and its path.</exception>
    public static IModel Compile(IBackend backend, Core.Layers.Network network, ulong seed, int threads)
    {
        try
        {
            return backend.Compile(network, seed, threads);
        }
        catch (NotSupportedException e)
        {
            throw new RedshiftException($"{network.Name}: {e.Message}", e);
        }
    }

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
