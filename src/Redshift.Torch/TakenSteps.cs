using System.Runtime.InteropServices;

namespace Redshift.Torch;

/// <summary>Losses and outputs of steps, kept on the device until they are read.</summary>
internal sealed class TakenSteps(int outputs, Device device) : IDisposable
{
    private Tensor losses = Room(1024, 1, ScalarType.Float64, device);
    private Tensor values = Room(16384, outputs, ScalarType.Float32, device);
    private long steps;
    private long objects;

    /// <summary>Keeps a step's loss, a single number, and its outputs [objects x outputs].</summary>
    public void Add(Tensor loss, Tensor output)
    {
        Put(ref losses, steps, loss.view(1, 1));
        Put(ref values, objects, output);
        steps++;
        objects += output.shape[0];
    }

    /// <summary>All that was kept, which is forgotten then.</summary>
    public (double[] Losses, float[] Outputs) Read()
    {
        using var scope = torch.NewDisposeScope();
        if (steps == 0)
            return ([], []);
        var read = MemoryMarshal.Cast<byte, double>(losses.narrow(0, 0, steps).cpu().bytes).ToArray();
        var outputs = Transfers.Download(values.narrow(0, 0, objects));
        Forget();
        return (read, outputs);
    }

    /// <summary>Drops what was kept.</summary>
    public void Forget() => (steps, objects) = (0, 0);

    public void Dispose()
    {
        losses.Dispose();
        values.Dispose();
    }

    private static Tensor Room(long rows, long width, ScalarType type, Device device) =>
        torch.empty([rows, width], type, device).DetachFromDisposeScope();

    /// <summary>Writes rows, into twice the room where it does not do.</summary>
    private static void Put(ref Tensor room, long at, Tensor rows)
    {
        if (room.shape[0] < at + rows.shape[0])
        {
            var larger = Room(2 * (at + rows.shape[0]), room.shape[1], room.dtype, room.device);
            larger.narrow(0, 0, at).copy_(room.narrow(0, 0, at));
            room.Dispose();
            room = larger;
        }

        room.narrow(0, at, rows.shape[0]).copy_(rows);
    }
}
