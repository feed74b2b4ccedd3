namespace Redshift.Core.Catalogues

open System

/// Which band a row of Gaia spectra holds.
type GaiaXpPart =
    /// BP and RP: 186 samples.
    | Both = 0
    /// BP alone: 80 samples.
    | Blue = 1
    /// RP alone: 106 samples.
    | Red = 2

/// A Gaia spectrum, or a band of it.
[<NoComparison; ReferenceEquality>]
type GaiaXpRow =
    {
        /// The line it stands on in its file, or the row's number where the file has no lines; from 1.
        Line: int
        /// The source's id as text; "" where the file has none.
        SourceId: string
        /// The bands that there are.
        Part: GaiaXpPart
        /// Right ascension and declination in degrees; NaN where the file has none.
        Ra: float
        Dec: float
        /// NaN where the file has none.
        Redshift: float
        /// e-/s per sample, in order of survey gaia.
        Flux: float[]
        /// Their 1-sigma errors; empty where the file has none.
        Errors: float[]
    }

/// What Gaia spectra are made with.
type GaiaXpTools =
    {
        /// For continuous spectra; none where the basis matrices were not given.
        Bands: GaiaXpBands option
        /// From `convert` output to the samples of BP and of RP.
        Blue: GaiaXpSampling
        Red: GaiaXpSampling
        Grid: GaiaXpGrid
    }

/// Room for the numbers of one row; each thread has its own.
[<Sealed>]
type internal GaiaXpWorkspace(tools: GaiaXpTools) =
    let most (length: GaiaXpBasis -> int) =
        match tools.Bands with
        | Some bands -> max (length bands.Blue.Basis) (length bands.Red.Basis)
        | None -> 0

    let blue, red =
        match tools.Bands with
        | Some bands -> bands.Blue.Basis.Count, bands.Red.Basis.Count
        | None -> 0, 0

    /// Coefficients, errors and correlations of BP, then of RP.
    member val Coefficients = [| Array.zeroCreate<float> blue; Array.zeroCreate<float> red |]
    member val Errors = [| Array.zeroCreate<float> blue; Array.zeroCreate<float> red |]
    member val Correlations = Array.zeroCreate<float>(most _.CorrelationCount)
    member val Sampled = Array.zeroCreate<float> tools.Blue.Length

/// Making spectra of a table's rows. Holds nothing of a row: safe for any number of threads.
[<Sealed>]
type internal GaiaXpRows(table: Table, layout: GaiaXpLayout, tools: GaiaXpTools) =

    let fail (row: TableRow) cell expected found =
        ValueSome(CatalogueError.ofCell table.Source row.Line layout.Names[cell] expected found)

    let exactly (row: TableRow) cell what into = Table.exactly table row cell layout.Names[cell] what into

    /// The first of the numbers that is outside the range.
    let outside (row: TableRow) cell (numbers: float[]) low high expected =
        match numbers |> Array.tryFindIndex (fun x -> not (x >= low && x <= high)) with
        | Some i -> fail row cell expected $"{numbers[i]} in place {i + 1}"
        | None -> ValueNone

    /// Float32 numbers are what catalogues are read as.
    let fits (row: TableRow) cell (flux: float[]) = outside row cell flux -3.4e38 3.4e38 "a spectrum within ±3.4e38"

    let orElse (next: unit -> CatalogueError voption) (fault: CatalogueError voption) =
        if fault.IsSome then fault else next ()

    /// A band from its coefficients, which begin at `cell`.
    let band
        (row: TableRow)
        cell
        (band: GaiaXpBand)
        (space: GaiaXpWorkspace)
        index
        (flux: float[])
        (errors: float[])
        at
        =
        let coefficients, deviations = space.Coefficients[index], space.Errors[index]

        let correlations =
            if space.Correlations.Length = band.Basis.CorrelationCount then
                space.Correlations
            else
                Array.zeroCreate band.Basis.CorrelationCount

        exactly row cell "finite coefficients" coefficients
        |> orElse (fun () -> exactly row (cell + 1) "finite errors" deviations)
        |> orElse (fun () -> outside row (cell + 1) deviations 0.0 Double.MaxValue "errors of at least 0")
        |> orElse (fun () -> exactly row (cell + 2) "finite correlations" correlations)
        |> orElse (fun () -> outside row (cell + 2) correlations -1.0 1.0 "correlations from -1 to 1")
        |> orElse (fun () ->
            band.Flux(coefficients, flux, at)

            match band.Errors(deviations, correlations, errors, at) with
            | -1 -> ValueNone
            | sample ->
                fail row (cell + 2) "correlations that give no negative variance" $"such at sample {at + sample}")

    let continuous (row: TableRow) (bands: GaiaXpBands) space (flux: float[]) (errors: float[]) =
        band row layout.Data bands.Blue space 0 flux errors 0
        |> orElse (fun () -> band row (layout.Data + 3) bands.Red space 1 flux errors bands.Blue.Length)
        |> orElse (fun () -> fits row layout.Data flux)
        |> orElse (fun () -> fits row (layout.Data + 1) errors)

    /// A band from `convert` output.
    let converted (row: TableRow) (space: GaiaXpWorkspace) (sampling: GaiaXpSampling) width flux errors =
        exactly row (layout.Data + 1) "finite fluxes" space.Sampled
        |> orElse (fun () ->
            sampling.Flux(space.Sampled, width, flux, 0)
            fits row (layout.Data + 1) flux)
        |> orElse (fun () -> exactly row layout.Errors "finite errors" space.Sampled)
        |> orElse (fun () -> outside row layout.Errors space.Sampled 0.0 Double.MaxValue "errors of at least 0")
        |> orElse (fun () ->
            sampling.Errors(space.Sampled, width, errors, 0)
            fits row layout.Errors errors)

    /// Numbers that stand in a column each, from wanted column `first` on, the kept ones of 240 or all of 186.
    let plain (row: TableRow) first lowest (into: float[]) =
        let mutable fault = ValueNone
        let mutable i = 0

        while fault.IsNone && i < into.Length do
            let place =
                match layout.Kind with
                | Full when i < GaiaXpGrid.BlueCount -> GaiaXpGrid.BlueFirst + i
                | Full -> GaiaXpGrid.FullCount + GaiaXpGrid.RedFirst + i - GaiaXpGrid.BlueCount
                | _ -> i

            let cell = first + place
            fault <- Table.number table row cell layout.Names[cell] &into[i]

            if fault.IsNone && not (into[i] >= lowest && into[i] <= 3.4e38) then
                let expected =
                    if lowest = 0.0 then
                        "a number from 0 to 3.4e38"
                    else
                        "a number within ±3.4e38"

                let found = if Double.IsNaN into[i] then "nothing" else string into[i]
                fault <- fail row cell expected found

            i <- i + 1

        fault

    let samples row (flux: float[]) (errors: float[]) =
        plain row layout.Data -3.4e38 flux
        |> orElse (fun () ->
            if layout.Errors < 0 then
                ValueNone
            else
                plain row layout.Errors 0.0 errors)

    let optional row cell (value: byref<float>) =
        if cell < 0 then
            value <- nan
            ValueNone
        else
            Table.number table row cell layout.Names[cell] &value

    /// The source's id: decimal digits, of spectra made elsewhere any text.
    let readId (row: TableRow) (id: byref<string>) =
        id <- if layout.Id < 0 then "" else table.Text(row, layout.Id)
        let isWhole = id.Length <= 20 && Seq.forall Char.IsAsciiDigit id

        if layout.Id < 0 then
            ValueNone
        elif id = "" then
            fail row layout.Id "a source's id" "nothing"
        elif layout.Kind <> Ready && not isWhole then
            fail row layout.Id "a whole number" (CatalogueError.quote id)
        elif id.Length > 200 then
            fail row layout.Id "at most 200 characters" $"{id.Length}"
        else
            ValueNone

    let readPart (row: TableRow) (part: byref<GaiaXpPart>) =
        if layout.Kind <> Converted then
            ValueNone
        else
            match table.Text(row, layout.Data).ToUpperInvariant() with
            | "BP" ->
                part <- GaiaXpPart.Blue
                ValueNone
            | "RP" ->
                part <- GaiaXpPart.Red
                ValueNone
            | other -> fail row layout.Data "BP or RP" (CatalogueError.quote other)

    let data (row: TableRow) space part (flux: float[]) (errors: float[]) =
        match layout.Kind, tools.Bands with
        | Continuous, Some bands -> continuous row bands space flux errors
        | Continuous, None -> fail row layout.Data "the basis matrices that GaiaXPy ships" "none"
        | Converted, _ when part = GaiaXpPart.Blue -> converted row space tools.Blue tools.Grid.BlueStep flux errors
        | Converted, _ -> converted row space tools.Red tools.Grid.RedStep flux errors
        | (Full | Ready), _ -> samples row flux errors

    let countOf part =
        match part with
        | GaiaXpPart.Blue -> GaiaXpGrid.BlueCount
        | GaiaXpPart.Red -> GaiaXpGrid.RedCount
        | _ -> GaiaXpGrid.Count

    /// The row's spectrum, or what is wrong with it.
    member _.Convert(row: TableRow, space: GaiaXpWorkspace) : Result<GaiaXpRow, CatalogueError> =
        let mutable id = ""
        let mutable part = GaiaXpPart.Both
        let mutable ra = nan
        let mutable dec = nan
        let mutable redshift = nan
        let mutable fault = table.Part row

        if fault.IsNone then
            fault <- readId row &id

        if fault.IsNone then
            fault <- readPart row &part

        if fault.IsNone then
            fault <- optional row layout.Ra &ra

        if fault.IsNone then
            fault <- optional row layout.Dec &dec

        if fault.IsNone then
            fault <- optional row layout.Redshift &redshift

        let count = countOf part
        let flux = Array.zeroCreate count

        let errors =
            if layout.Kind <> Continuous && layout.Errors < 0 then
                [||]
            else
                Array.zeroCreate count

        if fault.IsNone then
            fault <- data row space part flux errors

        if fault.IsSome then
            Error fault.Value
        else
            Ok
                { Line = row.Line
                  SourceId = id
                  Part = part
                  Ra = ra
                  Dec = dec
                  Redshift = redshift
                  Flux = flux
                  Errors = errors }
