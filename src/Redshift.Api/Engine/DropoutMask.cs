namespace Redshift.Engine;

/// <summary>Which numbers dropout keeps: one rule for every backend. It is a hash of seed, step, layer and element, so that
/// neither threads nor an interruption nor the backend change a mask.</summary>
internal static class DropoutMask
{
    /// <summary>The odd number by which counters are spread: 2^64 over the golden ratio.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15UL;

    /// <summary>The first multiplier of <see cref="Mix"/>.</summary>
    public const ulong FirstFactor = 0xBF58476D1CE4E5B9UL;

    /// <summary>The second multiplier of <see cref="Mix"/>.</summary>
    public const ulong SecondFactor = 0x94D049BB133111EBUL;

    /// <summary>The key of a step.</summary>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="step">Steps taken before it, from 0.</param>
    public static ulong StepKey(ulong seed, long step) => Mix(Mix(seed + Golden) ^ ((ulong)step * Golden));

    /// <summary>The key of a dropout in a step.</summary>
    /// <param name="stepKey">The step's.</param>
    /// <param name="index">The dropout's place among the network's, from 0.</param>
    public static ulong LayerKey(ulong stepKey, int index) => Mix(stepKey ^ ((ulong)(index + 1) * Golden));

    /// <summary>Below this number of 53 bits a hash drops its element.</summary>
    /// <param name="rate">The probability of a zero, in [0, 1).</param>
    public static ulong Threshold(double rate) => (ulong)(rate * (1UL << 53));

    /// <summary>Whether an element becomes zero.</summary>
    /// <param name="layerKey">The dropout's key in this step.</param>
    /// <param name="element">The element's place in the batch, [objects x numbers of one], in memory order.</param>
    /// <param name="threshold">Of <see cref="Threshold"/>.</param>
    public static bool Drops(ulong layerKey, ulong element, ulong threshold) =>
        Mix(layerKey + element * Golden) >> 11 < threshold;

    /// <summary>SplitMix64's output function (Steele, Lea and Flood 2014).</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * FirstFactor;
        x = (x ^ (x >> 27)) * SecondFactor;
        return x ^ (x >> 31);
    }
}
