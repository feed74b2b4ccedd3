using Redshift.Engine;

namespace Redshift.Torch;

/// <summary>The masks of <see cref="DropoutMask"/>, made on the device in 64-bit integers, which wrap around there as they do
/// in .NET.</summary>
/// <param name="rate">The probability of a zero.</param>
/// <param name="index">The dropout's place among the network's.</param>
internal sealed class DeviceMask(double rate, int index)
{
    /// <summary>0 or 1 / (1 - rate) for so many elements.</summary>
    public Tensor Draw(long count, ulong stepKey, Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var layerKey = unchecked((long)DropoutMask.LayerKey(stepKey, index));
        var x = torch.arange(count, ScalarType.Int64, device).mul_(unchecked((long)DropoutMask.Golden)).add_(layerKey);
        x = x.bitwise_xor_(Shifted(x, 30)).mul_(unchecked((long)DropoutMask.FirstFactor));
        x = x.bitwise_xor_(Shifted(x, 27)).mul_(unchecked((long)DropoutMask.SecondFactor));
        x = x.bitwise_xor_(Shifted(x, 31));
        var kept = Shifted(x, 11).ge((long)DropoutMask.Threshold(rate));
        return kept.to(ScalarType.Float32).mul_(1.0 / (1.0 - rate)).MoveToOuterDisposeScope();
    }

    /// <summary>x >>> bits: libtorch's own shift of a signed number fills with the sign.</summary>
    private static Tensor Shifted(Tensor x, int bits) =>
        x.bitwise_right_shift(torch.tensor((long)bits)).bitwise_and_(torch.tensor((1L << (64 - bits)) - 1L));
}
