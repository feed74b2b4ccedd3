namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic
open System.IO

/// How a second catalogue is read.
type SkyCatalogueOptions =
    {
        /// Its columns with right ascension and declination in degrees.
        RaColumn: string
        DecColumn: string
        /// Its column with the redshift; "": `redshift`, or else `z`.
        RedshiftColumn: string
        /// What to do with rows at fault.
        OnBadRow: OnBadRow
    }

/// Objects with places in the sky and redshifts.
[<NoComparison; ReferenceEquality>]
type SkyCatalogue =
    {
        /// Degrees.
        Ra: float[]
        Dec: float[]
        Redshift: float[]
        /// Rows left out because they have no redshift: blank, NaN, or -1 and below.
        WithoutRedshift: int64
        /// Rows left out because they were at fault, and the first of them.
        SkippedCount: int64
        Skipped: CatalogueError list
    }

/// Reading objects and their places from CSV, ECSV and FITS tables.
module SkyCatalogue =

    /// How many skipped rows are listed.
    let private mostListed = 10

    /// A coordinate that has to be there.
    let private coordinate (table: Table) row cell name low high (value: byref<float>) =
        let fault = Table.number table row cell name &value

        if fault.IsNone && not (value >= low && value <= high) then
            let found = if Double.IsNaN value then "nothing" else string value
            ValueSome(CatalogueError.ofCell table.Source row.Line name $"degrees from {low} to {high}" found)
        else
            fault

    let private position (table: Table) row raCell raName decCell decName (ra: byref<float>) (dec: byref<float>) =
        let fault = coordinate table row raCell raName -360.0 360.0 &ra

        if fault.IsSome then
            fault
        else
            coordinate table row decCell decName -90.0 90.0 &dec

    /// Goes through a table's rows; faults of rows stop it or are handed to `skip`.
    let private eachRow
        (table: Table)
        columns
        onBadRow
        (skip: CatalogueError -> unit)
        (take: TableRow -> CatalogueError voption)
        =
        table.Want columns
        let row = TableRow columns.Length
        let mutable status = table.Next row
        let mutable fault = ValueNone
        let mutable count = 0L

        while fault.IsNone && status = Next.Record do
            let parted = table.Part row
            let bad = if parted.IsSome then parted else take row
            count <- count + 1L

            if bad.IsSome && onBadRow = OnBadRow.Error then
                fault <- bad
            else
                ValueOption.iter skip bad
                status <- table.Next row

        if fault.IsSome then
            Error fault.Value
        elif status = Next.Fault then
            Error table.Fault
        elif count = 0L then
            Error(CatalogueError.ofFile table.Source "at least one row of data" "only a header")
        else
            Ok()

    let private withTable source (stream: Stream) (read: Table -> Result<'T, CatalogueError>) =
        Tables.openTable source stream
        |> Result.bind (fun table ->
            use table = table
            Tables.guard source (fun () -> read table))

    /// Reads a catalogue whole. `source` is the file's name in messages.
    let read (options: SkyCatalogueOptions) (source: string) (stream: Stream) : Result<SkyCatalogue, CatalogueError> =
        withTable source stream (fun table ->
            let redshift =
                if options.RedshiftColumn <> "" then
                    options.RedshiftColumn
                elif Array.contains "redshift" table.Names || not (Array.contains "z" table.Names) then
                    "redshift"
                else
                    "z"

            let names = [ options.RaColumn; options.DecColumn; redshift ]

            Tables.columns table names
            |> Result.bind (fun columns ->
                let ras, decs, redshifts = ResizeArray(), ResizeArray(), ResizeArray()
                let skipped = ResizeArray()
                let mutable skippedCount = 0L
                let mutable without = 0L

                let skip error =
                    skippedCount <- skippedCount + 1L

                    if skipped.Count < mostListed then
                        skipped.Add error

                let take row =
                    let mutable ra = nan
                    let mutable dec = nan
                    let mutable z = nan
                    let fault = position table row 0 names[0] 1 names[1] &ra &dec

                    let fault =
                        if fault.IsSome then
                            fault
                        else
                            Table.number table row 2 redshift &z

                    if fault.IsNone && z > -1.0 then
                        ras.Add ra
                        decs.Add dec
                        redshifts.Add z
                    elif fault.IsNone then
                        without <- without + 1L

                    fault

                eachRow table (Array.ofList columns) options.OnBadRow skip take
                |> Result.map (fun () ->
                    { Ra = ras.ToArray()
                      Dec = decs.ToArray()
                      Redshift = redshifts.ToArray()
                      WithoutRedshift = without
                      SkippedCount = skippedCount
                      Skipped = List.ofSeq skipped })))

    /// Reads the places (degrees) of sources by their id from a table with columns `source_id`, `ra` and `dec`. Rows at
    /// fault, and ids that come again with another place, are errors.
    let readPositions
        (source: string)
        (stream: Stream)
        : Result<IReadOnlyDictionary<string, struct (float * float)>, CatalogueError> =
        withTable source stream (fun table ->
            Tables.columns table [ "source_id"; "ra"; "dec" ]
            |> Result.bind (fun columns ->
                let places = Dictionary<string, struct (float * float)>()

                let take row =
                    let id = table.Text(row, 0)
                    let mutable ra = nan
                    let mutable dec = nan
                    let fault = position table row 1 "ra" 2 "dec" &ra &dec

                    if fault.IsSome then
                        fault
                    elif id = "" then
                        ValueSome(CatalogueError.ofCell source row.Line "source_id" "a source's id" "nothing")
                    elif places.TryAdd(id, struct (ra, dec)) || places[id] = struct (ra, dec) then
                        ValueNone
                    else
                        ValueSome(
                            CatalogueError.ofCell
                                source
                                row.Line
                                "source_id"
                                "each source once"
                                $"{CatalogueError.quote id} again"
                        )

                eachRow table (Array.ofList columns) OnBadRow.Error ignore take
                |> Result.map (fun () -> places :> IReadOnlyDictionary<_, _>)))
