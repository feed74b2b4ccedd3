namespace Redshift.Core

open System

/// A stream of pseudo-random numbers: xoshiro256** (Blackman & Vigna 2021, doi:10.1145/3460772), its state filled by
/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195). Seeds are arguments: the same seed gives the same
/// numbers on every machine and runtime. An instance is not thread-safe; give each row, layer or worker its own.
[<Sealed; AllowNullLiteral>]
type RandomStream private (s0: uint64, s1: uint64, s2: uint64, s3: uint64) =
    let mutable s0 = s0
    let mutable s1 = s1
    let mutable s2 = s2
    let mutable s3 = s3

    static let golden = 0x9E3779B97F4A7C15UL

    static let mix (x: uint64) =
        let z = (x ^^^ (x >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    /// The stream of a seed.
    new(seed: uint64) =
        RandomStream(
            mix (seed + golden),
            mix (seed + 2UL * golden),
            mix (seed + 3UL * golden),
            mix (seed + 4UL * golden)
        )

    /// The stream of one row, layer or worker: independent of all others of the same seed, so that any row can be drawn
    /// alone. `SplitMix64(seed XOR index * 0x9E3779B97F4A7C15)`.
    static member ForIndex(seed: uint64, index: uint64) = RandomStream(mix (seed ^^^ (index * golden)))

    /// Sixty-four random bits.
    member _.NextUInt64() : uint64 =
        let result = Numerics.BitOperations.RotateLeft(s1 * 5UL, 7) * 9UL
        let t = s1 <<< 17
        s2 <- s2 ^^^ s0
        s3 <- s3 ^^^ s1
        s1 <- s1 ^^^ s2
        s0 <- s0 ^^^ s3
        s2 <- s2 ^^^ t
        s3 <- Numerics.BitOperations.RotateLeft(s3, 45)
        result

    /// Uniform in [0, 1), 53 bits.
    member this.NextDouble() : float = float (this.NextUInt64() >>> 11) * (1.0 / 9007199254740992.0)

    /// Uniform in 0 .. n-1 without modulo bias (Lemire 2019, doi:10.1145/3230636).
    member this.NextInt(n: int) : int =
        if n <= 0 then
            raise (ArgumentOutOfRangeException(nameof n, n, "the upper bound must be positive"))

        let bound = uint64 n
        let threshold = (0UL - bound) % bound

        let rec draw () =
            let mutable low = 0UL
            let high = Math.BigMul(this.NextUInt64(), bound, &low)
            if low < threshold then draw () else int high

        draw ()

    /// A standard normal deviate by Box and Muller (1958); always two uniforms, so the number of draws is fixed.
    member this.NextNormal() : float =
        let u = 1.0 - this.NextDouble()
        let v = this.NextDouble()
        sqrt (-2.0 * log u) * cos (2.0 * Math.PI * v)

    /// Shuffles in place (Fisher and Yates).
    member this.Shuffle(items: 'T[]) : unit =
        for i = items.Length - 1 downto 1 do
            let j = this.NextInt(i + 1)
            let held = items[i]
            items[i] <- items[j]
            items[j] <- held

    /// The four words of the state, for a checkpoint.
    member _.State: uint64[] = [| s0; s1; s2; s3 |]

    /// The stream that goes on from a saved `State`. Fails with `ArgumentException` unless there are four words, not all zero.
    static member FromState(state: uint64[]) =
        if isNull state || state.Length <> 4 || Array.forall ((=) 0UL) state then
            raise (ArgumentException("a generator's state is four words, not all zero", nameof state))

        RandomStream(state[0], state[1], state[2], state[3])
