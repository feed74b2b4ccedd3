namespace Redshift.Core.Catalogues

open System
open System.Globalization
open System.Numerics
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open System.Runtime.Intrinsics

/// A decimal number as scanned: (-1)^Negative * Mantissa * 10^Exponent, further digits dropped where not Exact.
[<Struct; NoEquality; NoComparison>]
type internal Scanned =
    { mutable Mantissa: uint64
      mutable Exponent: int
      mutable Negative: bool
      mutable Exact: bool }

/// Decimal text to binary numbers, correctly rounded, without a string for each. The grammar is
/// `[+-] digits [. digits] [e [+-] digits]` with at least one digit before the exponent.
module internal Numbers =

    /// 10^0 … 10^60; exact up to 10^22.
    let private powers: float[] =
        Array.init 61 (fun i -> Double.Parse($"1e{i}", CultureInfo.InvariantCulture))

    /// More digits than 64 bits hold: the first 19 that count.
    let private rescan (buffer: byte[]) (start: int) (stop: int) (scanned: byref<Scanned>) =
        let mutable mantissa = 0UL
        let mutable kept = 0
        let mutable exponent = 0
        let mutable behindPoint = false
        let mutable exact = true

        for i in start .. stop - 1 do
            if buffer[i] = '.'B then
                behindPoint <- true
            else
                let digit = uint64 (buffer[i] - '0'B)

                if kept < 19 then
                    mantissa <- mantissa * 10UL + digit

                    if mantissa > 0UL then
                        kept <- kept + 1

                    if behindPoint then
                        exponent <- exponent - 1
                else
                    if digit > 0UL then
                        exact <- false

                    if not behindPoint then
                        exponent <- exponent + 1

        scanned.Mantissa <- mantissa
        scanned.Exponent <- exponent
        scanned.Exact <- exact

    /// The exponent behind an `e`; the index behind it, or -1.
    let private scanExponent (buffer: byte[]) (at: int) (scanned: byref<Scanned>) : int =
        let mutable p = at
        let negative = buffer[p] = '-'B

        if negative || buffer[p] = '+'B then
            p <- p + 1

        let first = p
        let mutable value = 0
        let mutable digit = uint32 buffer[p] - 48u

        while digit <= 9u do
            // Beyond any finite number; stops before it overflows.
            if value < 100_000 then
                value <- value * 10 + int digit

            p <- p + 1
            digit <- uint32 buffer[p] - 48u

        scanned.Exponent <- scanned.Exponent + (if negative then -value else value)
        if p = first then -1 else p

    let private scanAny (buffer: byte[]) (at: int) (scanned: byref<Scanned>) : int =
        let mutable p = at
        let negative = buffer[p] = '-'B

        if negative || buffer[p] = '+'B then
            p <- p + 1

        let start = p
        let mutable mantissa = 0UL
        let mutable digit = uint32 buffer[p] - 48u

        while digit <= 9u do
            mantissa <- mantissa * 10UL + uint64 digit
            p <- p + 1
            digit <- uint32 buffer[p] - 48u

        let mutable digits = p - start
        let mutable fraction = 0

        if buffer[p] = '.'B then
            p <- p + 1
            let first = p
            digit <- uint32 buffer[p] - 48u

            while digit <= 9u do
                mantissa <- mantissa * 10UL + uint64 digit
                p <- p + 1
                digit <- uint32 buffer[p] - 48u

            fraction <- p - first
            digits <- digits + fraction

        scanned.Negative <- negative
        scanned.Mantissa <- mantissa
        scanned.Exponent <- -fraction
        scanned.Exact <- true

        if digits > 19 then
            rescan buffer start p &scanned

        if digits = 0 then
            -1
        elif (buffer[p] ||| 0x20uy) = 'e'B then
            scanExponent buffer (p + 1) &scanned
        else
            p

    let private ordinals = Vector128<sbyte>.Indices

    /// Eight digits, one a byte, the first in the lowest, as a number (Lemire 2021, doi:10.1002/spe.2984, section 4).
    let inline private eightDigits (digits: uint64) : uint64 =
        let pairs = digits * 10UL + (digits >>> 8)
        let first = (pairs &&& 0x000000FF000000FFUL) * 0x000F424000000064UL
        let second = ((pairs >>> 16) &&& 0x000000FF000000FFUL) * 0x0000271000000001UL
        uint64 (uint32 ((first + second) >>> 32))

    /// Scans the number that begins at `at`: the index behind it, or -1 where none begins there. A byte that cannot
    /// belong to a number must follow in the buffer. Numbers of at most 15 characters without an exponent, nearly all,
    /// take no branch that depends on their length: their digits are found, shifted to the right end and joined at
    /// once.
    let scan (buffer: byte[]) (at: int) (scanned: byref<Scanned>) : int =
        if
            at + 17 > buffer.Length
            || not (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        then
            scanAny buffer at &scanned
        else
            let negative = buffer[at] = '-'B
            let start = at + (if negative then 1 else 0)
            let text = Vector128.LoadUnsafe(&MemoryMarshal.GetArrayDataReference buffer, unativeint start)
            let digits = text - Vector128.Create '0'B
            let others = Vector128.GreaterThan(digits, Vector128.Create 9uy).ExtractMostSignificantBits()
            let point = BitOperations.TrailingZeroCount others
            let hasPoint = point < 16 && buffer[start + point] = '.'B

            let length =
                if hasPoint then
                    BitOperations.TrailingZeroCount(others &&& (others - 1u))
                else
                    point

            if
                length > 15
                || length = 0
                || (hasPoint && length = 1)
                || (buffer[start + length] ||| 0x20uy) = 'e'B
            then
                scanAny buffer at &scanned
            else
                // Where each of the sixteen places takes its digit from; below zero there is none.
                let aligned = ordinals + Vector128.Create(sbyte (length - 16))

                let sources =
                    if hasPoint then
                        aligned + Vector128.LessThanOrEqual(aligned, Vector128.Create(sbyte point))
                    else
                        aligned

                let places = Vector128.Shuffle(digits, sources.AsByte()).AsUInt64()
                let high = places.GetElement 0

                scanned.Mantissa <-
                    eightDigits (places.GetElement 1)
                    + (if high = 0UL then 0UL else 100_000_000UL * eightDigits high)

                scanned.Exponent <- if hasPoint then point + 1 - length else 0
                scanned.Negative <- negative
                scanned.Exact <- true
                start + length

    let private signed (scanned: inref<Scanned>) (value: float) = if scanned.Negative then -value else value

    let private parseDouble (buffer: byte[]) start stop =
        Double.Parse(ReadOnlySpan(buffer, start, stop - start), NumberStyles.Float, CultureInfo.InvariantCulture)

    /// The scanned number as a double, correctly rounded; infinite where too large. `start` and `stop`: its text.
    let toDouble (scanned: inref<Scanned>) (buffer: byte[]) (start: int) (stop: int) : float =
        let e = scanned.Exponent

        // Mantissa and power are exact doubles, so that one operation rounds once (Clinger 1990).
        if scanned.Mantissa <= 9007199254740992UL && e >= -22 && e <= 22 && scanned.Exact then
            let m = float scanned.Mantissa
            signed &scanned (if e < 0 then m / powers[-e] else m * powers[e])
        else
            parseDouble buffer start stop

    let private toSingleSlowly (scanned: inref<Scanned>) (buffer: byte[]) (start: int) (stop: int) : float32 =
        if scanned.Mantissa = 0UL && scanned.Exact then
            float32 (signed &scanned 0.0)
        else
            Single.Parse(ReadOnlySpan(buffer, start, stop - start), NumberStyles.Float, CultureInfo.InvariantCulture)

    let private toSingleByDouble (scanned: inref<Scanned>) (buffer: byte[]) (start: int) (stop: int) : float32 =
        let e = scanned.Exponent

        // As a signed number, which converts in one instruction; a few of 19 digits come out negative and take the slow
        // way.
        let mantissa = float (int64 scanned.Mantissa)

        let near =
            if uint32 (e + 60) > 120u then nan
            elif e < 0 then mantissa / powers[-e]
            else mantissa * powers[e]

        // At most three roundings and the dropped digits: within 4 units in the last place of the exact value. Where no
        // boundary between two float32 numbers is that near, rounding again gives the same float32.
        let low = int (BitConverter.DoubleToInt64Bits near &&& 0x1FFFFFFFL)

        if near > 1.2e-38 && near < 3.4e38 && uint32 (low - 0x0FFFFFF8) > 16u then
            float32 (signed &scanned near)
        else
            toSingleSlowly &scanned buffer start stop

    /// 10^0 … 10^10, all exact.
    let private singlePowers: float32[] = Array.init 11 (fun i -> float32 powers[i])

    /// The scanned number as a float32, correctly rounded; infinite where too large. `start` and `stop`: its text.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    let toSingle (scanned: inref<Scanned>) (buffer: byte[]) (start: int) (stop: int) : float32 =
        let e = -scanned.Exponent

        // Mantissa and power are exact float32 numbers, so that one division rounds once (Clinger 1990).
        if scanned.Mantissa <= 16777216UL && uint32 e <= 10u && scanned.Exact then
            let value = float32 (int scanned.Mantissa) / singlePowers[e]
            if scanned.Negative then -value else value
        else
            toSingleByDouble &scanned buffer start stop
