namespace Redshift.Core.Catalogues

open System

/// The cells of one row that a table's reader was asked for, as they stand in the file. Filled and used again.
[<Sealed>]
type internal TableRow(wanted: int) =
    let mutable bytes: byte[] = Array.zeroCreate 1024

    /// Behind the last byte that counts so many follow that may be looked at.
    let margin = 32

    /// The row's bytes.
    member _.Bytes = bytes
    /// How many of them count.
    member val Length = 0 with get, set
    /// The line it begins on, or the row's number where the file has no lines; from 1.
    member val Line = 0 with get, set
    /// Where each wanted cell begins.
    member val Starts: int[] = Array.zeroCreate wanted
    /// Behind each wanted cell's last byte.
    member val Stops: int[] = Array.zeroCreate wanted
    /// Why the row could not be taken over whole.
    member val Fault: CatalogueError voption = ValueNone with get, set

    /// Room for so many further bytes: where they begin.
    member this.Extend(count: int) : int =
        let start = this.Length

        if start + count + margin > bytes.Length then
            Array.Resize(&bytes, max (2 * bytes.Length) (start + count + margin))

        this.Length <- start + count
        start

/// A table read row by row, some of its columns. `Next` is called by one thread; the other members look at a row that
/// was read, on any thread. `cell` counts the wanted columns.
[<AbstractClass>]
type internal Table(source: string, names: string[], headerLine: int) =

    /// The file as the user named it.
    member _.Source = source
    /// The columns' names in lower case; empty where the file names none.
    member _.Names = names
    /// The line with the names; 0 where the format has no lines.
    member _.HeaderLine = headerLine

    /// How many columns there are.
    abstract ColumnCount: int
    /// Which columns are wanted from now on; to be called before the first row.
    abstract Want: columns: int[] -> unit
    /// Reads the next row.
    abstract Next: row: TableRow -> Next
    /// What went wrong, after `Fault`.
    abstract Fault: CatalogueError
    /// Finds the wanted cells within the row; its fault, if any.
    abstract Part: row: TableRow -> CatalogueError voption
    /// Whether the cell holds nothing: blank, `null`, NaN.
    abstract IsMissing: row: TableRow * cell: int -> bool
    /// The cell as text; whole numbers in decimal digits. "" where missing.
    abstract Text: row: TableRow * cell: int -> string
    /// The cell's numbers, one or an array, at most `most` of them: how many there are (`most + 1`: more), or -k where
    /// the k-th from 1 is no finite number, or `Int32.MinValue` where the cell holds no numbers at all.
    abstract Numbers: row: TableRow * cell: int * into: float[] * most: int -> int
    abstract Close: unit -> unit

    interface IDisposable with
        member this.Dispose() = this.Close()

/// What readers of tables need in common.
module internal Table =

    /// An error about the columns: on their line where the format has lines.
    let headerError (table: Table) expected found =
        if table.HeaderLine > 0 then
            CatalogueError.ofLine table.Source table.HeaderLine expected found
        else
            CatalogueError.ofFile table.Source expected found

    /// The first name that stands twice.
    let twice (names: string[]) : string option =
        names
        |> Array.filter (fun name -> name <> "")
        |> Array.countBy id
        |> Array.tryPick (fun (name, n) -> if n > 1 then Some name else None)

    /// The numbers of a cell, exactly so many; what is wrong otherwise.
    let exactly (table: Table) (row: TableRow) cell name (what: string) (into: float[]) : CatalogueError voption =
        let error found = ValueSome(CatalogueError.ofCell table.Source row.Line name $"{into.Length} {what}" found)

        if table.IsMissing(row, cell) then
            error "nothing"
        else
            match table.Numbers(row, cell, into, into.Length) with
            | n when n = into.Length -> ValueNone
            | n when n > into.Length -> error "more"
            | Int32.MinValue -> error "something else"
            | n when n < 0 -> error $"no finite number in place {-n}"
            | n -> error $"{n}"

    /// A single number; NaN where missing.
    let number (table: Table) (row: TableRow) cell name (value: byref<float>) : CatalogueError voption =
        if table.IsMissing(row, cell) then
            value <- nan
            ValueNone
        else
            let one = [| 0.0 |]

            if table.Numbers(row, cell, one, 1) = 1 then
                value <- one[0]
                ValueNone
            else
                let text = CatalogueError.quote (table.Text(row, cell))
                ValueSome(CatalogueError.ofCell table.Source row.Line name "a finite number" text)
