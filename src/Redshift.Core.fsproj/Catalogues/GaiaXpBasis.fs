namespace Redshift.Core.Catalogues

open System
open System.IO

/// The basis functions of a band's continuous spectra, as GaiaXPy ships them (`bpC03_v375wi_bases.csv`): Hermite
/// functions, and the matrix that makes the band's basis of them.
type GaiaXpBasis =
    {
        /// Hermite functions, from order 0 on.
        HermiteCount: int
        /// Basis functions, and so coefficients of a spectrum.
        Count: int
        /// Pseudo-wavelengths (px) from and to which the basis is normalised, and what they become.
        PixelRange: float * float
        HermiteRange: float * float
        /// [Count x HermiteCount] row-major.
        Transformation: float[]
    }

    /// Numbers in the upper triangle of the coefficients' correlation matrix, the diagonal left out.
    member this.CorrelationCount = this.Count * (this.Count - 1) / 2

/// Bases of continuous spectra (De Angeli et al. 2023, doi:10.1051/0004-6361/202243680, section 3.2).
module GaiaXpBasis =

    /// Gaia has 55.
    let private mostFunctions = 512

    /// The Hermite functions of orders 0 to `into.Length - 1` at `x`: orthonormal on the real line.
    let hermite (x: float) (into: float[]) : unit =
        for n in 0 .. into.Length - 1 do
            into[n] <-
                match n with
                | 0 -> Math.Pow(Math.PI, -0.25) * exp (-0.5 * x * x)
                | 1 -> sqrt 2.0 * x * into[0]
                | _ ->
                    let order = float n

                    sqrt (2.0 / order) * x * into[n - 1]
                    - sqrt ((order - 1.0) / order) * into[n - 2]

    /// The basis functions at those pseudo-wavelengths (px): [Count x pixels] row-major.
    let design (basis: GaiaXpBasis) (pixels: float[]) : float[] =
        let count = basis.Count
        let result = Array.zeroCreate (count * pixels.Length)
        let values = Array.zeroCreate basis.HermiteCount
        let pixelLow, pixelHigh = basis.PixelRange
        let low, high = basis.HermiteRange

        for p in 0 .. pixels.Length - 1 do
            hermite ((pixels[p] - pixelLow) * (high - low) / (pixelHigh - pixelLow) + low) values

            for i in 0 .. count - 1 do
                let mutable sum = 0.0

                for n in 0 .. values.Length - 1 do
                    sum <- sum + basis.Transformation[i * values.Length + n] * values[n]

                result[i * pixels.Length + p] <- sum

        result

    let private names =
        [ "nbases"
          "pwlrangemin"
          "pwlrangemax"
          "normrangemin"
          "normrangemax"
          "ntransformedbases"
          "transformationmatrix" ]

    /// A range, which has to rise.
    let private range (table: Table) line name low high =
        if low < high then
            Ok(low, high)
        else
            Error(CatalogueError.ofCell table.Source line name $"a number above {low}" $"{high}")

    let private build (table: Table) (row: TableRow) (numbers: float[]) =
        let error name expected found = Error(CatalogueError.ofCell table.Source row.Line name expected found)
        let isCount (value: float) = value >= 1.0 && value <= float mostFunctions && value = Math.Floor value

        match
            range table row.Line "pwlRangeMax" numbers[1] numbers[2],
            range table row.Line "normRangeMax" numbers[3] numbers[4]
        with
        | _ when not (isCount numbers[0]) -> error "nBases" $"a whole number from 1 to {mostFunctions}" $"{numbers[0]}"
        | _ when not (isCount numbers[5]) ->
            error "nTransformedBases" $"a whole number from 1 to {mostFunctions}" $"{numbers[5]}"
        | Error e, _
        | _, Error e -> Error e
        | Ok pixels, Ok hermites ->
            let matrix = Array.zeroCreate (int numbers[0] * int numbers[5])
            let fault = Table.exactly table row 6 "transformationMatrix" "finite numbers" matrix

            if fault.IsSome then
                Error fault.Value
            else
                Ok
                    { HermiteCount = int numbers[0]
                      Count = int numbers[5]
                      PixelRange = pixels
                      HermiteRange = hermites
                      Transformation = matrix }

    let private readRow (table: Table) (row: TableRow) =
        let numbers = Array.zeroCreate 6

        let number cell =
            let fault = Table.number table row cell names[cell] &numbers[cell]

            if fault.IsSome then
                fault
            elif Double.IsNaN numbers[cell] then
                ValueSome(CatalogueError.ofCell table.Source row.Line names[cell] "a number" "nothing")
            else
                ValueNone

        let mutable fault = table.Part row
        let mutable cell = 0

        while fault.IsNone && cell < 6 do
            fault <- number cell
            cell <- cell + 1

        if fault.IsSome then
            Error fault.Value
        else
            build table row numbers

    /// Reads a file of one basis. `source` is the file's name in messages.
    let read (source: string) (stream: Stream) : Result<GaiaXpBasis, CatalogueError> =
        Tables.openTable source stream
        |> Result.bind (fun table ->
            use table = table

            Tables.guard source (fun () ->
                Tables.columns table names
                |> Result.bind (fun columns ->
                    table.Want(Array.ofList columns)
                    let row = TableRow names.Length

                    match table.Next row with
                    | Next.Record -> readRow table row
                    | Next.Fault -> Error table.Fault
                    | _ -> Error(CatalogueError.ofFile source "a row with the basis" "only a header"))))
