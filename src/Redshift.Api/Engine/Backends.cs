using System.Runtime.InteropServices;
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

    /// <summary>A backend by name, on a device.</summary>
    /// <param name="name"><c>simd</c> or <c>torch</c>.</param>
    /// <param name="device">As <see cref="IBackend.On"/> takes it.</param>
    /// <param name="precision">What products multiply.</param>
    /// <exception cref="ArgumentException">There is none, or not on that device; the message says what to do.</exception>
    public static IBackend Find(string name, string device = "auto", Precision precision = Precision.Full) =>
        Find(name).On(device, precision);

    private static IBackend Find(string name) => name switch
    {
        "simd" => Simd,
        "torch" => Torch.Value ?? throw new ArgumentException(
            $"the backend torch is not installed: {TorchAssembly} is not beside the application; {HowToInstall}, or use --backend simd"),
        _ => throw new ArgumentException($"expected a backend simd or torch, found {name}"),
    };

    /// <summary>How to come by the backend <c>torch</c>.</summary>
    public const string HowToInstall =
        "build Redshift where a NuGet source serves TorchSharp (-p:TorchRuntime=cpu or cuda-linux; docs/packages.md)";

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

    /// <summary>
    /// An application that was built with the backend finds what this needs by itself; for one that it was put beside later,
    /// what this needs is looked for beside it, as its <c>.deps.json</c> says.
    /// </summary>
    private static IBackend? LoadTorch()
    {
        var path = Path.Combine(AppContext.BaseDirectory, TorchAssembly);
        if (!File.Exists(path))
        {
            return null;
        }

        var beside = new AssemblyDependencyResolver(path);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            beside.ResolveAssemblyToPath(name) is { } file ? context.LoadFromAssemblyPath(file) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            beside.ResolveUnmanagedDllToPath(name) is { } file ? NativeLibrary.Load(file) : IntPtr.Zero;
        var factory = AssemblyLoadContext.Default.LoadFromAssemblyPath(path)
            .GetExportedTypes()
            .Single(type => type.IsClass && typeof(IBackend).IsAssignableFrom(type));
        return (IBackend?)Activator.CreateInstance(factory);
    }
}
