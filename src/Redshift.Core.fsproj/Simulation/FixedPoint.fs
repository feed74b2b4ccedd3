namespace Redshift.Core.Simulation

open System
open System.Buffers.Text

/// Numbers as text with a fixed count of decimals.
module FixedPoint =

    /// Room for any single-precision number with three decimals: sign, 39 digits, point, decimals.
    [<Literal>]
    let MaxLength = 48

    let private powers = [| 1.0; 1e1; 1e2; 1e3; 1e4; 1e5; 1e6; 1e7; 1e8; 1e9 |]

    /// |value| * 10^decimals to the nearest whole number, halves upward; the product's rounding error is taken into
    /// account.
    let private scaled (value: float) decimals =
        let power = powers[decimals]
        let product = value * power
        let error = Math.FusedMultiplyAdd(value, power, -product)
        let whole = Math.Floor product
        // A product that was rounded up to a whole number stays that number either way.
        if product - whole - 0.5 + error >= 0.0 then
            uint64 whole + 1UL
        else
            uint64 whole

    let private countDigits (number: uint64) =
        let mutable count = 1
        let mutable rest = number / 10UL

        while rest > 0UL do
            count <- count + 1
            rest <- rest / 10UL

        count

    let private writeDigits (target: Span<byte>) last first (number: uint64) =
        let mutable rest = number
        let mutable i = last

        while i >= first do
            let next = rest / 10UL
            target[i] <- byte (uint64 '0'B + (rest - next * 10UL))
            rest <- next
            i <- i - 1

        rest

    /// Writes `value` with 1 to 9 `decimals` in ASCII and returns the bytes written. Rounds correctly, exact halves
    /// away from zero; what rounds to zero has no sign. Numbers of more than 15 digits, infinities and NaN are
    /// left to .NET. Fails with `ArgumentException` where `target` is too short.
    let write (value: float) (decimals: int) (target: Span<byte>) : int =
        let magnitude = abs value

        if not (magnitude * powers[decimals] < 1e15) then
            let mutable written = 0

            if Utf8Formatter.TryFormat(value, target, &written, Buffers.StandardFormat('F', byte decimals)) then
                written
            else
                raise (ArgumentException($"no room for {value} in {target.Length} bytes", nameof target))
        else
            let number = scaled magnitude decimals
            let sign = if value < 0.0 && number > 0UL then 1 else 0
            let length = sign + max (countDigits number) (decimals + 1) + 1

            if target.Length < length then
                raise (ArgumentException($"no room for {value} in {target.Length} bytes", nameof target))

            let point = length - 1 - decimals
            let whole = writeDigits target (length - 1) (point + 1) number
            target[point] <- '.'B
            writeDigits target (point - 1) sign whole |> ignore

            if sign = 1 then
                target[0] <- '-'B

            length
