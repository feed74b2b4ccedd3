namespace Redshift.Core.Simulation

open System
open System.Globalization

/// Gaia's two slitless spectrographs: BP (blue) and RP (red), as functions of wavelength.
type Instrument =
    {
        /// nm, strictly rising.
        Wavelength: float[]
        /// Pseudo-wavelength of BP in along-scan pixels, strictly falling.
        BluePixel: float[]
        /// Overall response of BP, 0 to 1.
        BlueResponse: float[]
        /// Pseudo-wavelength of RP in along-scan pixels, strictly rising.
        RedPixel: float[]
        /// Overall response of RP, 0 to 1.
        RedResponse: float[]
    }

/// Galaxy spectra in the rest frame whose mixtures make every simulated galaxy.
type Templates =
    {
        /// Centres of the bins in nm, strictly rising.
        Wavelength: float[]
        /// Six spectra F_lambda: young, intermediate, old, burst and active nucleus (each 1 at 550 nm), then lines
        /// alone, in units of the continuum at 550 nm. Each has one value for every wavelength.
        Flux: float[][]
    }

/// Where a table departs from its format. Lines count from 1, the header included.
type TableError =
    {
        Line: int
        /// Name of the column; empty where the whole line is meant.
        Column: string
        Expected: string
        Found: string
    }

    /// `FILE:LINE:COLUMN: expected ..., found ...`.
    member this.Message(file: string) =
        let column = if this.Column = "" then "" else $":{this.Column}"
        $"{file}:{this.Line}{column}: expected {this.Expected}, found {this.Found}"

/// Reading of the full tables that `--instrument` and `--templates` name.
module SimulatorTables =

    /// Number of templates in a mixture.
    [<Literal>]
    let TemplateCount = 6

    let private instrumentColumns = [| "lambda_nm"; "bp_pwl"; "bp_response"; "rp_pwl"; "rp_response" |]

    let private templateColumns = [| "lambda_rest_nm"; "T0"; "T1"; "T2"; "T3"; "T4"; "T5" |]

    let private failure line column expected found =
        Error
            { Line = line
              Column = column
              Expected = expected
              Found = found }

    let private quoted (cell: string) = if cell = "" then "an empty cell" else $"'{cell}'"

    /// A column may carry a description behind its name: `T2_old` is T2.
    let private names (expected: string) (found: string) =
        found = expected || found.StartsWith(expected + "_", StringComparison.Ordinal)

    let private checkHeader (columns: string[]) (header: string[]) =
        let expected = String.Join(",", columns)

        if header.Length <> columns.Length then
            failure 1 "" $"{columns.Length} columns ({expected})" $"{header.Length}"
        else
            match Seq.tryFindIndex id (Seq.map2 (fun column cell -> not (names column cell)) columns header) with
            | Some i -> failure 1 $"{i + 1}" $"the column {columns[i]}" (quoted header[i])
            | None -> Ok()

    let private parseCell line column (cell: string) =
        match Double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when Double.IsFinite value -> Ok value
        | _ -> failure line column "a finite number" (quoted cell)

    let private parseLine (columns: string[]) (line: int, text: string) =
        let cells = text.Split(',')

        if cells.Length <> columns.Length then
            failure line "" $"{columns.Length} cells" $"{cells.Length}"
        else
            let values = Array.map2 (fun column (cell: string) -> parseCell line column (cell.Trim())) columns cells

            match
                Array.tryPick
                    (fun value ->
                        match value with
                        | Error e -> Some e
                        | Ok _ -> None)
                    values
            with
            | Some error -> Error error
            | None ->
                Ok(
                    Array.map
                        (fun value ->
                            match value with
                            | Ok v -> v
                            | Error _ -> nan)
                        values
                )

    /// The columns of a comma-separated table and the line number of each row; blank lines are passed over.
    let private parse (columns: string[]) (text: string) =
        let lines =
            text.TrimStart('\uFEFF').Split('\n')
            |> Array.mapi (fun i line -> i + 1, line.Trim())
            |> Array.filter (fun (number, line) -> number = 1 || line <> "")

        let rows = lines |> Array.skip 1 |> Array.map (parseLine columns)

        let header = (snd lines[0]).Split(',') |> Array.map (fun cell -> cell.Trim())

        match
            checkHeader columns header,
            Array.tryPick
                (fun row ->
                    match row with
                    | Error e -> Some e
                    | Ok _ -> None)
                rows
        with
        | Error error, _ -> Error error
        | Ok(), Some error -> Error error
        | Ok(), None when rows.Length < 2 ->
            failure (lines.Length + 1) "" "two rows of numbers or more" "the end of the file"
        | Ok(), None ->
            let values =
                rows
                |> Array.choose (fun row ->
                    match row with
                    | Ok v -> Some v
                    | Error _ -> None)

            let numbers = lines |> Array.skip 1 |> Array.map fst
            Ok(numbers, Array.init columns.Length (fun c -> values |> Array.map (fun row -> row[c])))

    /// `holds previous value` for each row of a column but the first.
    let private checkSteps (numbers: int[]) column expected (holds: float -> float -> bool) (values: float[]) =
        match Seq.tryFind (fun i -> not (holds values[i - 1] values[i])) (seq { 1 .. values.Length - 1 }) with
        | Some i -> failure numbers[i] column $"{expected} {values[i - 1]}" $"{values[i]}"
        | None -> Ok()

    let private checkEach (numbers: int[]) column expected (holds: float -> bool) (values: float[]) =
        match Array.tryFindIndex (holds >> not) values with
        | Some i -> failure numbers[i] column expected $"{values[i]}"
        | None -> Ok()

    let private firstError checks =
        checks
        |> List.tryPick (fun check ->
            match check with
            | Error e -> Some e
            | Ok() -> None)

    /// The instrument from the text of a CSV file with the columns `lambda_nm,bp_pwl,bp_response,rp_pwl,rp_response`
    /// (nm, px, response): wavelengths and RP pixels rise, BP pixels fall, responses lie in 0 to 1.
    let parseInstrument (text: string) : Result<Instrument, TableError> =
        parse instrumentColumns text
        |> Result.bind (fun (numbers, columns) ->
            let rising i = checkSteps numbers instrumentColumns[i] "a value above" (<) columns[i]
            let falling i = checkSteps numbers instrumentColumns[i] "a value below" (>) columns[i]
            let share i = checkEach numbers instrumentColumns[i] "0 to 1" (fun v -> v >= 0.0 && v <= 1.0) columns[i]

            let positive i =
                checkEach numbers instrumentColumns[i] "a positive wavelength" (fun v -> v > 0.0) columns[i]

            match firstError [ positive 0; rising 0; falling 1; share 2; rising 3; share 4 ] with
            | Some error -> Error error
            | None ->
                Ok
                    { Wavelength = columns[0]
                      BluePixel = columns[1]
                      BlueResponse = columns[2]
                      RedPixel = columns[3]
                      RedResponse = columns[4] })

    /// The templates from the text of a CSV file with the columns `lambda_rest_nm,T0,...,T5` (a name may go on after
    /// an underscore: `T2_old`): wavelengths in nm rise, fluxes are not negative.
    let parseTemplates (text: string) : Result<Templates, TableError> =
        parse templateColumns text
        |> Result.bind (fun (numbers, columns) ->
            let fluxes =
                [ for i in 1..TemplateCount ->
                      checkEach numbers templateColumns[i] "a flux of zero or more" (fun v -> v >= 0.0) columns[i] ]

            let wavelengths =
                [ checkEach numbers templateColumns[0] "a positive wavelength" (fun v -> v > 0.0) columns[0]
                  checkSteps numbers templateColumns[0] "a value above" (<) columns[0] ]

            match firstError (wavelengths @ fluxes) with
            | Some error -> Error error
            | None ->
                Ok
                    { Wavelength = columns[0]
                      Flux = columns[1..] })
