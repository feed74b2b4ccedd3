using System.Numerics;

namespace Redshift.Engine.Simd;

/// <summary>Functions of single elements, vector by vector; the last few are computed in the same way one by one. NaN
/// goes
/// through all of them, so that it reaches the outputs and is seen.</summary>
internal static unsafe class Elementwise
{
    /// <summary>x = max(x, 0).</summary>
    public static void Relu(float* x, int count)
    {
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Relu(Vector.Load(x + i)), x + i);
        for (; i < count; i++)
            x[i] = x[i] < 0f ? 0f : x[i];
    }

    public static Vector<float> Relu(Vector<float> x) =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector<float>.Zero, x);

    /// <summary>dx = dy where y is above 0, else 0.</summary>
    public static void ReluGradient(float* dy, float* y, float* dx, int count)
    {
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var positive = Vector.GreaterThan(Vector.Load(y + i), Vector<float>.Zero);
            Vector.Store(Vector.ConditionalSelect(positive, Vector.Load(dy + i), Vector<float>.Zero), dx + i);
        }

        for (; i < count; i++)
            dx[i] = y[i] > 0f ? dy[i] : 0f;
    }

    /// <summary>target = a + b.</summary>
    public static void Add(float* a, float* b, float* target, int count)
    {
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(a + i) + Vector.Load(b + i), target + i);
        for (; i < count; i++)
            target[i] = a[i] + b[i];
    }

    /// <summary>target = a b.</summary>
    public static void Multiply(float* a, float* b, float* target, int count)
    {
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(a + i) * Vector.Load(b + i), target + i);
        for (; i < count; i++)
            target[i] = a[i] * b[i];
    }

    /// <summary>target = target + factor a.</summary>
    public static void AddScaled(float factor, float* a, float* target, int count)
    {
        var i = 0;
        var factors = new Vector<float>(factor);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.Load(target + i) + factors * Vector.Load(a + i), target + i);
        for (; i < count; i++)
            target[i] += factor * a[i];
    }

    public static void Copy(float* source, float* target, long count) =>
        Buffer.MemoryCopy(source, target, count * sizeof(float), count * sizeof(float));

    public static void Clear(float* target, int count) => new Span<float>(target, count).Clear();
}
