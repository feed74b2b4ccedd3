module Redshift.Core.Tests.Simulation.FixedPointTests

open System
open System.Globalization
open System.Text
open Expecto
open FsCheck
open FsCheck.FSharp
open Redshift.Core.Simulation

let private written (value: float) decimals =
    let buffer = Array.zeroCreate<byte> 400
    let length = FixedPoint.write value decimals (buffer.AsSpan())
    Encoding.UTF8.GetString(buffer, 0, length)

/// .NET's own fixed-point text, but for the sign of what rounds to zero. What lies exactly between two neighbours is
/// asked of Decimal, which rounds away from zero; Double is not of one mind (0.0625 gives 0.062, 258.8125 gives
/// 258.813).
let private expected (value: float) decimals =
    let power = 10.0 ** float decimals
    let shifted = abs value * power
    let exact = Math.FusedMultiplyAdd(abs value, power, -shifted) = 0.0
    let format = $"F{decimals}"

    let text =
        if exact && shifted - floor shifted = 0.5 then
            (decimal value).ToString(format, CultureInfo.InvariantCulture)
        else
            value.ToString(format, CultureInfo.InvariantCulture)

    if text.Trim('-', '0', '.') = "" then
        text.TrimStart('-')
    else
        text

let private agrees name (values: Gen<float>) decimals =
    testCase $"{name} with {decimals} decimals" (fun () ->
        let property =
            Prop.forAll (Arb.fromGen values) (fun value -> written value decimals = expected value decimals)

        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest 5000, property))

/// Single-precision numbers of any sign from their bits, within the fluxes' range.
let private fluxes =
    Gen.choose (0x30000000, 0x4B000000)
    |> Gen.map2 (fun sign bits -> sign * float (BitConverter.Int32BitsToSingle bits)) (Gen.elements [ 1.0; -1.0 ])

/// Multiples of 1/16000 and their neighbours: halves of the last decimal and what lies next to them.
let private nearHalves =
    Gen.choose (-2000000, 2000000)
    |> Gen.map2 (fun step n -> step (float n / 16000.0)) (Gen.elements [ id; Math.BitIncrement; Math.BitDecrement ])

let private redshifts =
    Gen.choose (0, Int32.MaxValue)
    |> Gen.map (fun n -> 0.6 * float n / float Int32.MaxValue)

let tests =
    testList
        "FixedPoint"
        [ // Reference: "F3" and "F7" of .NET 10.
          agrees "fluxes" fluxes 3
          agrees "halves and their neighbours" nearHalves 3
          agrees "redshifts" redshifts 7

          testCase "what rounds to zero has no sign" (fun () ->
              Expect.equal (written -0.0004 3) "0.000" "below half"
              Expect.equal (written -0.0 3) "0.000" "negative zero"
              Expect.equal (written -0.0006 3) "-0.001" "above half")

          testCase "halves go away from zero" (fun () ->
              Expect.equal (written 0.0625 3) "0.063" "0.0625 is exact in binary"
              Expect.equal (written -0.0625 3) "-0.063" "so is its negative")

          testCase "numbers out of range are .NET's" (fun () ->
              Expect.equal (written 1e20 3) "100000000000000000000.000" "large"
              Expect.equal (written nan 3) "NaN" "not a number")

          testCase "the longest number fits" (fun () ->
              Expect.isLessThanOrEqual (written (float -Single.MaxValue) 3).Length FixedPoint.MaxLength "bytes")

          testCase "a short buffer is refused" (fun () ->
              Expect.throwsT<ArgumentException>
                  (fun () -> FixedPoint.write 123.0 3 ((Array.zeroCreate<byte> 6).AsSpan()) |> ignore)
                  "six bytes for 123.000") ]
