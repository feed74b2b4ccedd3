namespace Redshift.Engine.Simd;

/// <summary>What one call of the microkernel works on: C[rows x columns] = initial + A[rows x depth] B[depth x
/// columns], the
/// depth made of groups (objects of a batch) that lie apart in A. All steps in floats.</summary>
internal unsafe struct TileArguments
{
    /// <summary>Element (row 0, depth 0) of A.</summary>
    public float* A;

    /// <summary>From a row of A to the next; 1 for a transposed A.</summary>
    public nint RowStep;

    /// <summary>From one depth to the next in A; 1 unless A is transposed.</summary>
    public nint DepthStep;

    /// <summary>From a group to the next in A.</summary>
    public nint GroupStep;

    public nint Groups;

    /// <summary>Depth of one group.</summary>
    public nint Depth;

    /// <summary>The packed panel of B: its rows follow one another, all groups.</summary>
    public float* B;

    /// <summary>What the sums start from, and the step between its rows: 0 for a bias, that of C for a sum to go on
    /// with.</summary>
    public float* Initial;

    public nint InitialStep;

    public float* C;

    public nint CStep;
}

/// <summary>A number as a type: the runtime compiles the microkernel anew for each and removes what is not
/// needed.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

internal readonly struct One : ICount
{
    public static int Value => 1;
}

internal readonly struct Two : ICount
{
    public static int Value => 2;
}

internal readonly struct Three : ICount
{
    public static int Value => 3;
}

internal readonly struct Four : ICount
{
    public static int Value => 4;
}

internal readonly struct Five : ICount
{
    public static int Value => 5;
}

internal readonly struct Six : ICount
{
    public static int Value => 6;
}

internal readonly struct Seven : ICount
{
    public static int Value => 7;
}

/// <summary>How A lies in memory.</summary>
internal interface IOrder
{
    static abstract bool Transposed { get; }
}

/// <summary>A row's depths follow one another.</summary>
internal readonly struct AlongRows : IOrder
{
    public static bool Transposed => false;
}

/// <summary>A depth's rows follow one another.</summary>
internal readonly struct AlongDepth : IOrder
{
    public static bool Transposed => true;
}
