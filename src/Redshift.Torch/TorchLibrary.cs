using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Redshift.Torch;

/// <summary>TorchSharp and the libtorch under it: whether it loads, its versions, its devices, its threads.</summary>
internal static partial class TorchLibrary
{
    private static readonly Lazy<string?> Fault = new(Load);

    private static readonly Lazy<int> CudaCount = new(() => IsLoaded && torch.cuda.is_available() ? torch.cuda.device_count() : 0);

    [ThreadStatic]
    private static int threads;

    /// <summary>Whether the native library loads.</summary>
    public static bool IsLoaded => Fault.Value is null;

    /// <summary>The versions of the managed package and of the libtorch that it was made for.</summary>
    public static string Versions { get; } =
        $"TorchSharp {VersionOf(typeof(torch).Assembly)}, libtorch {torch.__version__}";

    /// <summary>The devices, by the names that <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<(string Name, string Description)> Devices =>
        !IsLoaded
            ? []
            : [
                ("cpu", $"libtorch {torch.__version__}"),
                .. Enumerable.Range(0, CudaCount.Value).Select(i => ($"cuda:{i}", $"CUDA device {i}")),
            ];

    /// <summary>The device of a name.</summary>
    /// <exception cref="ArgumentException">There is none such; the message says what to do.</exception>
    public static Device Find(string name)
    {
        if (Fault.Value is { } fault)
        {
            throw new ArgumentException(
                $"the backend torch cannot run: libtorch does not load ({fault}); build with -p:TorchRuntime=cpu or cuda-linux "
                + "(docs/packages.md), or use --backend simd");
        }

        if (name == "cpu" || (name == "auto" && CudaCount.Value == 0))
        {
            return torch.CPU;
        }

        var number = name is "auto" or "cuda" ? 0 : NumberOf(name);
        return CudaCount.Value == 0
            ? throw new ArgumentException(
                $"--device: expected cpu, found {name}: libtorch sees no CUDA device here; a GPU needs NVIDIA's driver and a build "
                + "with -p:TorchRuntime=cuda-linux or cuda-windows (docs/packages.md)")
            : number < CudaCount.Value
                ? WholeCuda(number)
                : throw new ArgumentException($"--device: expected cpu or cuda:0 to cuda:{CudaCount.Value - 1}, found {name}");
    }

    /// <summary>Makes this thread's calls run on so many threads: torch keeps the number for each thread that calls.</summary>
    public static void UseThreads(int count)
    {
        if (threads != count)
        {
            torch.set_num_threads(count);
            threads = count;
        }
    }

    /// <summary>A GPU that multiplies 32-bit numbers as such: libtorch would let convolutions round them to 10 bits (TF32).</summary>
    private static Device WholeCuda(int number)
    {
        torch.backends.cudnn.allow_tf32 = false;
        torch.backends.cuda.matmul.allow_tf32 = false;
        return new Device(DeviceType.CUDA, number);
    }

    private static int NumberOf(string name) =>
        name.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"--device: expected auto, cpu, cuda or cuda:N, found {name}");

    /// <summary>Null, or in a line why libtorch does not load. TorchSharp writes its trace to the standard output, which is
    /// for results.</summary>
    private static string? Load()
    {
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            KeepMemory();
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            return e.Message.Split('\n', 2)[0].Trim();
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    /// <summary>glibc gives blocks above 128 KiB back to the system when they are freed, and libtorch frees and takes them at
    /// each step: told to keep them, a step of a large batch takes half the time.</summary>
    private static void KeepMemory()
    {
        const int trimThreshold = -1;
        const int mmapThreshold = -3;
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocOption(mmapThreshold, 1 << 30);
                _ = MallocOption(trimThreshold, int.MaxValue);
            }
            catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
            {
                // Another C library; it has its own ways.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);

    private static string VersionOf(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown").Split('+')[0];
}
