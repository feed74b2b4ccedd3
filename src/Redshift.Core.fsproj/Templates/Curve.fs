namespace Redshift.Core.Templates

open System
open System.Globalization
open Redshift.Core.Catalogues

/// The unit in which a file gives wavelengths.
[<RequireQualifiedAccess>]
type WavelengthUnit =
    | Angstrom
    | Nanometre
    | Micrometre

    /// Å in one of the unit.
    member this.Angstroms =
        match this with
        | Angstrom -> 1.0
        | Nanometre -> 10.0
        | Micrometre -> 1e4

/// A function of wavelength: linear between its points, 0 outside them. Made by `Curve.create` or `Curve.read`; whoever
/// holds one knows that it has two points or more, that the wavelengths (Å) are above 0 and rise strictly, and that all
/// numbers are finite and at most 1e100 in size.
[<Sealed>]
type Curve internal (wavelengths: float[], values: float[]) =
    /// Å, rising.
    member _.Wavelengths: ReadOnlySpan<float> = ReadOnlySpan wavelengths
    /// One a wavelength.
    member _.Values: ReadOnlySpan<float> = ReadOnlySpan values
    member internal _.X = wavelengths
    member internal _.Y = values

/// Making curves, and reading them from text.
module Curve =

    /// Lines of a file, comments and blank lines included. The finest SED in use has some ten thousand.
    [<Literal>]
    let MostLines = 1_000_000

    /// Sums of products of two such numbers stay finite.
    [<Literal>]
    let private Largest = 1e100

    /// The points in the order of their wavelengths, a point that is there twice once; the index of one that contradicts
    /// another at its wavelength.
    let private arranged (wavelengths: float[]) (values: float[]) : Result<Curve, int> =
        // By index where wavelengths are equal, so that the later line is the one at fault.
        let order =
            Array.init wavelengths.Length id
            |> Array.sortBy (fun i -> struct (wavelengths[i], i))

        let repeats i = i > 0 && wavelengths[order[i]] = wavelengths[order[i - 1]]

        let fault =
            Seq.init order.Length id
            |> Seq.tryFind (fun i -> repeats i && values[order[i]] <> values[order[i - 1]])

        match fault with
        | Some at -> Error order[at]
        | None ->
            let kept = [| for i in 0 .. order.Length - 1 -> i |] |> Array.filter (repeats >> not)
            let pick (from: float[]) = kept |> Array.map (fun i -> from[order[i]])
            Ok(Curve(pick wavelengths, pick values))

    let private isWavelength (x: float) = x > 0.0 && x <= Largest
    let private isValue (y: float) = abs y <= Largest

    /// A curve through these points, in any order; wavelengths in Å. A point may be there twice. An error says which
    /// point (from 0) is not finite, or gives a second value at a wavelength, or that there are fewer than two.
    let create (wavelengths: float[]) (values: float[]) : Result<Curve, string> =
        if wavelengths.Length <> values.Length then
            Error $"curve: expected a value for each of the {wavelengths.Length} wavelengths, found {values.Length}"
        else
            match Array.FindIndex(wavelengths, isWavelength >> not), Array.FindIndex(values, isValue >> not) with
            | -1, -1 ->
                match arranged wavelengths values with
                | Error at -> Error $"point {at}: expected one value a wavelength, found another at {wavelengths[at]} Å"
                | Ok curve when curve.X.Length < 2 ->
                    Error $"curve: expected two wavelengths or more, found {curve.X.Length}"
                | Ok curve -> Ok curve
            | -1, at -> Error $"point {at}: expected a finite value, found {values[at]}"
            | at, _ -> Error $"point {at}: expected a wavelength above 0, found {wavelengths[at]}"

    let private separators = [| ' '; '\t'; ',' |]

    let private number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> value
        | false, _ -> nan

    /// The point of a line, `ValueNone` of a comment or a blank line.
    let private parse (file: string) (unit: WavelengthUnit) (at: int) (line: string) =
        let text = line.Trim()

        if text.Length = 0 || text[0] = '#' then
            Ok ValueNone
        else
            // Three parts are enough to see that there are more than two.
            let cells = text.Split(separators, 3, StringSplitOptions.RemoveEmptyEntries)

            if cells.Length <> 2 then
                Error(CatalogueError.ofLine file at "a wavelength and a value" (CatalogueError.quote text))
            else
                let x, y = number cells[0] * unit.Angstroms, number cells[1]

                let fault column expected =
                    Error(CatalogueError.ofCell file at column expected (CatalogueError.quote text))

                if not (isWavelength x) then
                    fault "1" "a wavelength above 0"
                elif not (isValue y) then
                    fault "2" "a number"
                else
                    Ok(ValueSome struct (x, y))

    /// A curve from the lines of a file of two columns, wavelength and value, divided by blanks, tabs or a comma. Lines
    /// that begin with `#` and blank ones are passed over; lines may be in any order; one that says the same as another is
    /// taken once, one that contradicts another is an error. `file` is the name for messages. Reading stops at the first
    /// fault.
    let read (file: string) (unit: WavelengthUnit) (lines: string seq) : Result<Curve, CatalogueError> =
        let xs, ys, numbers = ResizeArray<float>(), ResizeArray<float>(), ResizeArray<int>()
        let mutable fault = None
        let mutable at = 0
        use lines = lines.GetEnumerator()

        while fault.IsNone && lines.MoveNext() do
            at <- at + 1

            if at > MostLines then
                fault <- Some(CatalogueError.ofFile file $"at most {MostLines} lines" "more")
            else
                match parse file unit at lines.Current with
                | Error error -> fault <- Some error
                | Ok ValueNone -> ()
                | Ok(ValueSome struct (x, y)) ->
                    xs.Add x
                    ys.Add y
                    numbers.Add at

        match fault with
        | Some error -> Error error
        | None ->
            match arranged (xs.ToArray()) (ys.ToArray()) with
            | Error i -> Error(CatalogueError.ofLine file numbers[i] "one value a wavelength" $"another at {xs[i]} Å")
            | Ok curve when curve.X.Length < 2 ->
                Error(CatalogueError.ofFile file "two wavelengths or more" $"{curve.X.Length}")
            | Ok curve -> Ok curve

    /// The lines of a text, whatever ends them.
    let private linesOf (text: string) =
        seq {
            use reader = new IO.StringReader(text)
            let mutable line = reader.ReadLine()

            while not (isNull line) do
                line
                line <- reader.ReadLine()
        }

    /// The same from the whole text.
    let readText (file: string) (unit: WavelengthUnit) (text: string) : Result<Curve, CatalogueError> =
        read file unit (linesOf text)
