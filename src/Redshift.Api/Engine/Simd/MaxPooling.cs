using System.Numerics;

namespace Redshift.Engine.Simd;

/// <summary>The largest of a window's positions, column by column, optionally followed by ReLU. (ReLU before the
/// maximum gives
/// the same.) Ties go to the first position.</summary>
internal static unsafe class MaxPooling
{
    /// <summary>One window: y = max over the rows of z.</summary>
    /// <param name="z">The window's first row.</param>
    /// <param name="step">From a row of z to the next.</param>
    /// <param name="size">Rows in the window.</param>
    /// <param name="y">The result.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="relu">Whether negative maxima become 0.</param>
    public static void Forward(float* z, nint step, int size, float* y, int columns, bool relu)
    {
        var c = 0;
        for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
        {
            var largest = Largest(z + c, step, size);
            Vector.Store(relu ? Elementwise.Relu(largest) : largest, y + c);
        }

        for (; c < columns; c++)
        {
            var largest = LargestSingle(z + c, step, size);
            y[c] = relu && largest < 0f ? 0f : largest;
        }
    }

    /// <summary>One window: adds dy to dz where z is largest, if y passed the ReLU; or sets dz, where windows do not
    /// overlap
    /// and it need not be cleared before.</summary>
    /// <param name="z">The window's first row.</param>
    /// <param name="step">From a row of z to the next.</param>
    /// <param name="size">Rows in the window.</param>
    /// <param name="dy">The result's gradient.</param>
    /// <param name="dz">The window's first row of the gradient.</param>
    /// <param name="gradientStep">From a row of dz to the next.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="relu">Whether negative maxima became 0.</param>
    /// <param name="add">Whether to add, not set.</param>
    public static void Backward(
        float* z, nint step, int size, float* dy, float* dz, nint gradientStep, int columns, bool relu, bool add)
    {
        var c = 0;
        for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
        {
            var largest = Largest(z + c, step, size);
            var open = relu ? Vector.GreaterThan(largest, Vector<float>.Zero) : Vector<int>.AllBitsSet;
            var gradient = Vector.Load(dy + c);
            for (var i = 0; i < size; i++)
            {
                var hit = Vector.Equals(Vector.Load(z + i * step + c), largest) & open;
                open = Vector.AndNot(open, hit);
                var to = dz + i * gradientStep + c;
                var part = Vector.ConditionalSelect(hit, gradient, Vector<float>.Zero);
                Vector.Store(add ? Vector.Load(to) + part : part, to);
            }
        }

        for (; c < columns; c++)
            BackwardSingle(z + c, step, size, dy[c], dz + c, gradientStep, relu, add);
    }

    private static void BackwardSingle(
        float* z, nint step, int size, float dy, float* dz, nint gradientStep, bool relu, bool add)
    {
        var largest = LargestSingle(z, step, size);
        var open = !relu || largest > 0f;
        for (var i = 0; i < size; i++)
        {
            var hit = open && z[i * step] == largest;
            open &= !hit;
            var part = hit ? dy : 0f;
            dz[i * gradientStep] = add ? dz[i * gradientStep] + part : part;
        }
    }

    private static Vector<float> Largest(float* z, nint step, int size)
    {
        var largest = Vector.Load(z);
        for (var i = 1; i < size; i++)
            largest = Larger(largest, Vector.Load(z + i * step));
        return largest;
    }

    /// <summary>The second where it is larger or NaN, else the first.</summary>
    public static Vector<float> Larger(Vector<float> largest, Vector<float> next)
    {
        var better = Vector.GreaterThan(next, largest) | ~Vector.Equals(next, next);
        return Vector.ConditionalSelect(better, next, largest);
    }

    private static float LargestSingle(float* z, nint step, int size)
    {
        var largest = *z;
        for (var i = 1; i < size; i++)
        {
            var next = z[i * step];
            if (next > largest || float.IsNaN(next))
                largest = next;
        }

        return largest;
    }
}
