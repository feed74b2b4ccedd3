/// Small files of Gaia spectra in the formats that Gaia and GaiaXPy write, made of seeded numbers.
module Redshift.Tests.GaiaSamples

open System
open System.Globalization
open System.IO
open System.Text

/// Coefficients, their errors and their correlations.
type Band =
    { Coefficients: float[]
      Errors: float32[]
      Correlations: float32[] }

type Source =
    { Id: string
      Ra: float
      Dec: float
      Bands: Band[] }

/// Functions of the small bases, and the Hermite functions that they are made of.
let functions, hermites = 5, 7

let private text (x: float) = x.ToString("R", CultureInfo.InvariantCulture)
let private single (x: float32) = x.ToString("R", CultureInfo.InvariantCulture)
let private quoted (cell: string) = "\"" + cell + "\""

/// As GaiaXPy writes arrays in CSV files, and as ECSV files have them.
let round (cells: seq<string>) = quoted ("(" + String.Join(", ", cells) + ")")

let private square (cells: seq<string>) = quoted ("[" + String.Join(",", cells) + "]")

/// A file of a basis as GaiaXPy ships it.
let basisFile (hermites: int) (functions: int) (low: float, high: float) (transformation: float[]) : string =
    let inverse = round [ for _ in 1 .. hermites * functions -> "0" ]

    "nBases,pwlRangeMin,pwlRangeMax,normRangeMin,normRangeMax,nInverseBasesCoefficients,inverseBasesCoefficients,"
    + "nTransformedBases,transformationMatrix\n"
    + $"{hermites},0.0000,59.0000,{text low},{text high},{hermites},{inverse},{functions},"
    + round (Array.map text transformation)
    + "\n"

/// A small basis of seeded numbers.
let basis (seed: int) : string =
    let random = Random seed
    basisFile hermites functions (-4.1, 3.9) (Array.init (hermites * functions) (fun _ -> random.NextDouble() - 0.5))

/// Writes both bands' bases into a folder.
let writeBases (folder: string) : string =
    Directory.CreateDirectory folder |> ignore
    File.WriteAllText(Path.Combine(folder, "bpC03_small_bases.csv"), basis 1)
    File.WriteAllText(Path.Combine(folder, "rpC03_small_bases.csv"), basis 2)
    folder

let private band (random: Random) =
    { Coefficients = Array.init functions (fun i -> (random.NextDouble() - 0.3) * 1000.0 / float (i + 1))
      Errors = Array.init functions (fun _ -> float32 (0.5 + random.NextDouble()))
      // Small enough to be a correlation matrix whatever they are.
      Correlations = Array.init (functions * (functions - 1) / 2) (fun _ -> float32 (0.4 * random.NextDouble() - 0.2)) }

/// So many sources with ids of 19 digits.
let sources (seed: int) (count: int) : Source[] =
    let random = Random seed

    Array.init count (fun i ->
        { Id = string (5853498713190525696L + int64 seed * 1_000_000L + int64 i)
          Ra = random.NextDouble() * 360.0
          Dec = random.NextDouble() * 180.0 - 90.0
          Bands = [| band random; band random |] })

let private names =
    [ yield! [ "source_id"; "solution_id" ]
      for b in [ "bp"; "rp" ] do
          yield!
              [ $"{b}_n_parameters"
                $"{b}_coefficients"
                $"{b}_coefficient_errors"
                $"{b}_coefficient_correlations" ]
      yield! [ "ra"; "dec" ] ]

let header = String.Join(",", names)

let private line (list: seq<string> -> string) (source: Source) =
    [ yield! [ source.Id; "4545469030156206080" ]
      for b in source.Bands do
          yield!
              [ string functions
                list (Array.map text b.Coefficients)
                list (Array.map single b.Errors)
                list (Array.map single b.Correlations) ]
      yield! [ text source.Ra; text source.Dec ] ]
    |> String.concat ","

/// XP_CONTINUOUS in CSV.
let csv (sources: seq<Source>) : string = String.Join("\n", Seq.append [ header ] (Seq.map (line round) sources)) + "\n"

/// XP_CONTINUOUS in ECSV.
let ecsv (sources: seq<Source>) : string =
    let types =
        names
        |> List.map (fun name ->
            let kind =
                if name.Contains "coefficient" then
                    "string\n#   subtype: 'float64[null]'"
                else
                    "float64"

            $"# -\n#   name: {name}\n#   datatype: {kind}\n")

    "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
    + String.Concat types
    + String.Join("\n", Seq.append [ header ] (Seq.map (line square) sources))
    + "\n"

let private cards (lines: string list) =
    let header = String.Concat(lines @ [ "END" ] |> List.map (fun card -> card.PadRight 80))
    let padded = (header.Length + 2879) / 2880 * 2880
    Encoding.ASCII.GetBytes(header.PadRight padded)

/// Numbers as FITS has them: the most significant byte first.
let private bigEndian (bytes: byte[]) =
    if BitConverter.IsLittleEndian then
        Array.rev bytes
    else
        bytes

let int32Bytes (value: int) = bigEndian (BitConverter.GetBytes value)
let int64Bytes (value: int64) = bigEndian (BitConverter.GetBytes value)
let singleBytes (value: float32) = bigEndian (BitConverter.GetBytes value)
let doubleBytes (value: float) = bigEndian (BitConverter.GetBytes value)

/// A FITS file with one binary table: names and formats of columns, rows of cells, and the heap.
let fitsTable (columns: (string * string) list) (rows: byte[][] list) (heap: byte[]) : byte[] =
    let width =
        if rows.IsEmpty then
            0
        else
            rows.Head |> Array.sumBy _.Length

    let table =
        [ "XTENSION= 'BINTABLE'           / binary table extension"
          "BITPIX  =                    8"
          "NAXIS   =                    2"
          $"NAXIS1  = {width, 20} / bytes"
          $"NAXIS2  = {rows.Length, 20} / rows"
          $"PCOUNT  = {heap.Length, 20}"
          "GCOUNT  =                    1"
          $"TFIELDS = {columns.Length, 20}" ]
        @ (columns
           |> List.mapi (fun i (name, form) -> [ $"TTYPE{i + 1, -3}= '{name}'"; $"TFORM{i + 1, -3}= '{form}'" ])
           |> List.concat)

    let data = Array.append (rows |> List.map Array.concat |> Array.concat) heap

    Array.concat
        [ cards
              [ "SIMPLE  =                    T"
                "BITPIX  =                    8"
                "NAXIS   =                    0"
                "EXTEND  =                    T" ]
          cards table
          data
          Array.zeroCreate ((data.Length + 2879) / 2880 * 2880 - data.Length) ]

/// XP_CONTINUOUS in FITS, arrays in the cells or, as Gaia's own files have them, in the heap.
let fits (inHeap: bool) (sources: seq<Source>) : byte[] =
    use heap = new MemoryStream()

    let array (elements: byte[][]) =
        if inHeap then
            let at = int heap.Position
            heap.Write(ReadOnlySpan(Array.concat elements))
            Array.append (int32Bytes elements.Length) (int32Bytes at)
        else
            Array.concat elements

    let correlations = functions * (functions - 1) / 2
    let form count kind = if inHeap then $"P{kind}({count})" else $"{count}{kind}"

    let columns =
        names
        |> List.map (fun name ->
            name,
            (match name with
             | "source_id"
             | "solution_id" -> "K"
             | "ra"
             | "dec" -> "D"
             | name when name.EndsWith "_coefficients" -> form functions "D"
             | name when name.EndsWith "_errors" -> form functions "E"
             | name when name.EndsWith "_correlations" -> form correlations "E"
             | _ -> "I"))

    let rows =
        [ for source in sources ->
              [| yield int64Bytes (Int64.Parse source.Id)
                 yield int64Bytes 4545469030156206080L
                 for b in source.Bands do
                     yield [| 0uy; byte functions |]
                     yield array (Array.map doubleBytes b.Coefficients)
                     yield array (Array.map singleBytes b.Errors)
                     yield array (Array.map singleBytes b.Correlations)
                 yield doubleBytes source.Ra
                 yield doubleBytes source.Dec |] ]

    fitsTable columns rows (heap.ToArray())

/// The pseudo-wavelengths of `converted`.
let points: float[] = Array.init 121 (fun i -> float i * 0.5)

/// GaiaXPy's sampling file for `points`.
let samplingFile = "pos\n" + round (Array.map text points) + "\n"

/// A row of GaiaXPy's `convert` output: a smooth spectrum at `points`.
let convertedRow (id: string) (band: string) (level: float) : string =
    let flux = points |> Array.map (fun u -> text (level + sin (u / 9.0)))
    let error = points |> Array.map (fun u -> text (0.1 + 0.001 * u))
    $"{id},{band},{round flux},{round error}"

/// GaiaXPy's `convert` output with those rows.
let converted (rows: seq<string>) : string = "source_id,xp,flux,flux_error\n" + String.Join("\n", rows) + "\n"

/// `convert` output of so many sources.
let convertedSources (count: int) : string =
    converted
        [ for i in 0 .. count - 1 do
              for band in [ "BP"; "RP" ] -> convertedRow (string (1000 + i)) band (float i) ]
