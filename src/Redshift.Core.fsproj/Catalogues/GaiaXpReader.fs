namespace Redshift.Core.Catalogues

open System
open System.IO
open System.Threading.Tasks

/// Reads a file of Gaia spectra of any kind row by row in constant memory: CSV, ECSV or FITS. Rows are cut one after
/// the other and converted by several threads; they come in the file's order, whatever the number of threads. Not
/// thread-safe; the stream stays the caller's.
[<Sealed>]
type GaiaXpReader private (table: Table, layout: GaiaXpLayout, tools: GaiaXpTools, threads: int) =
    let mostAtOnce = 256
    let part = 8
    let rows = GaiaXpRows(table, layout, tools)
    let mostBytesAtOnce = 1 <<< 25
    let held: TableRow[] = Array.init mostAtOnce (fun _ -> TableRow layout.Columns.Length)
    let parallelism = ParallelOptions(MaxDegreeOfParallelism = threads)
    let mutable count = 0L

    /// Reads rows until there are enough or a fault or the end comes.
    let gather () =
        let mutable size = 0
        let mutable bytes = 0
        let mutable status = Next.Record

        while status = Next.Record && size < mostAtOnce && bytes < mostBytesAtOnce do
            // Room that one long row has taken is not kept.
            if held[size].Bytes.Length > (1 <<< 20) then
                held[size] <- TableRow layout.Columns.Length

            status <- table.Next held[size]

            if status = Next.Record then
                bytes <- bytes + held[size].Bytes.Length
                size <- size + 1

        struct (size, status)

    let convert size =
        let converted: Result<GaiaXpRow, CatalogueError>[] = Array.zeroCreate size

        let convertPart p =
            let space = GaiaXpWorkspace tools

            for i in p * part .. min size ((p + 1) * part) - 1 do
                converted[i] <- rows.Convert(held[i], space)

        Parallel.For(0, (size + part - 1) / part, parallelism, convertPart) |> ignore
        converted

    /// The next rows, each a spectrum or what is wrong with it; empty at the end. A file without a row is at fault.
    member _.Read() : Result<Result<GaiaXpRow, CatalogueError>[], CatalogueError> =
        Tables.guard table.Source (fun () ->
            let struct (size, status) = gather ()
            count <- count + int64 size

            // Rows before a fault of the file come first; the next call tells it.
            if status = Next.Fault && size = 0 then
                Error table.Fault
            elif count = 0L then
                Error(CatalogueError.ofFile table.Source "at least one row of data" "only a header")
            else
                Ok(convert size))

    /// Whether the file has redshifts.
    member _.HasRedshift = layout.Redshift >= 0
    /// Whether the file has the sources' ids.
    member _.HasId = layout.Id >= 0
    /// Whether the file has the samples' errors, or what they are made from.
    member _.HasErrors = layout.Errors >= 0 || layout.Kind = Continuous
    /// Whether the file has the sources' right ascensions and declinations.
    member _.HasPosition = layout.Ra >= 0 && layout.Dec >= 0
    /// An error about the file's columns, at their line where it has lines.
    member _.ColumnsError(expected: string, found: string) : CatalogueError = Table.headerError table expected found

    /// Opens a file. `source` is its name in messages; `threads` convert rows, at least 1.
    static member Open
        (source: string, stream: Stream, tools: GaiaXpTools, threads: int)
        : Result<GaiaXpReader, CatalogueError> =
        Tables.openTable source stream
        |> Result.bind (fun table ->
            match GaiaXpLayout.ofTable table with
            | Ok { Kind = Continuous } when tools.Bands.IsNone ->
                table.Close()
                let expected = "the basis matrices that GaiaXPy ships, to convert continuous spectra (--bases DIR)"
                Error(CatalogueError.ofFile source expected "none")
            | Ok layout ->
                table.Want layout.Columns
                Ok(new GaiaXpReader(table, layout, tools, threads))
            | Error error ->
                table.Close()
                Error error)

    interface IDisposable with
        member _.Dispose() = table.Close()
