namespace Redshift.Core.Catalogues

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.Text

/// Numbers of single precision as decimals.
module internal Singles =

    let private powers = Array.init 23 (fun i -> 10.0 ** float i)

    /// The number whose decimal text is the shortest that means this float32: 0.1, not 0.100000001490116. So a table
    /// gives the same numbers whether it was stored as text or in binary. Beyond 1e-14 and 1e27 or so they are taken as
    /// they are.
    let shortest (x: float32) : float =
        let exact = float x

        let rec withDigits digits exponent =
            let k = digits - 1 - exponent

            if digits > 9 || abs k > 22 then
                exact
            else
                let near =
                    if k >= 0 then
                        Math.Round(exact * powers[k]) / powers[k]
                    else
                        Math.Round(exact / powers[-k]) * powers[-k]

                if float32 near = x then
                    near
                else
                    withDigits (digits + 1) exponent

        if x = 0.0f || not (Single.IsFinite x) then
            exact
        else
            withDigits 6 (int (floor (log10 (abs exact))))

/// The rows of a FITS file's first binary table, arrays in cells or in the heap. Rows count from 1.
[<Sealed>]
type internal FitsTable(stream: Stream, source: string, layout: FitsLayout) =
    inherit Table(source, layout.Columns |> Array.map _.Name, 0)

    // Longer arrays are no spectra.
    let mostElements = 1L <<< 16
    let rowsAtOnce = max 1 (min (1 <<< 18) (1 <<< 18) / max 1 layout.RowWidth)
    let block: byte[] = Array.zeroCreate (int (min layout.Rows (int64 rowsAtOnce)) * layout.RowWidth)
    let mutable wanted: FitsColumn[] = [||]
    let mutable next = 0L
    let mutable firstInBlock = 0L
    let mutable rowsInBlock = 0L
    let mutable fault: CatalogueError voption = ValueNone

    let fill () =
        firstInBlock <- next
        rowsInBlock <- min (int64 rowsAtOnce) (layout.Rows - next)
        stream.Position <- layout.Data + next * int64 layout.RowWidth
        stream.ReadExactly(block, 0, int rowsInBlock * layout.RowWidth)

    let cellError (row: TableRow) (column: FitsColumn) expected found =
        row.Fault <- ValueSome(CatalogueError.ofCell source row.Line column.Name expected found)

    /// Copies an array from the heap into the row; where it begins.
    let copyArray (row: TableRow) (column: FitsColumn) (descriptor: ReadOnlySpan<byte>) =
        let struct (count, offset) =
            if column.Repeat = 0 then
                struct (0L, 0L)
            elif column.Descriptor = 'P' then
                struct (int64 (BinaryPrimitives.ReadInt32BigEndian descriptor),
                        int64 (BinaryPrimitives.ReadInt32BigEndian(descriptor.Slice 4)))
            else
                struct (BinaryPrimitives.ReadInt64BigEndian descriptor,
                        BinaryPrimitives.ReadInt64BigEndian(descriptor.Slice 8))

        let room = layout.HeapEnd - layout.Heap

        if count < 0L || count > mostElements then
            cellError row column $"an array of at most {mostElements} numbers" $"{count}"
            row.Length
        elif
            count > 0L
            && (offset < 0L || offset > room - count * int64 (FitsHeader.elementSize column))
        then
            cellError row column $"an array within the heap of {room} bytes" $"{count} numbers at byte {offset}"
            row.Length
        else
            let bytes = int count * FitsHeader.elementSize column
            let at = row.Extend bytes

            if bytes > 0 then
                stream.Position <- layout.Heap + offset
                stream.ReadExactly(row.Bytes, at, bytes)

            at

    let copy (row: TableRow) =
        let start = int (next - firstInBlock) * layout.RowWidth

        for cell in 0 .. wanted.Length - 1 do
            let column = wanted[cell]
            let bytes = ReadOnlySpan(block, start + column.Offset, column.Width)

            if column.Descriptor <> ' ' then
                row.Starts[cell] <- copyArray row column bytes
            else
                let at = row.Extend column.Width
                bytes.CopyTo(row.Bytes.AsSpan at)
                row.Starts[cell] <- at

            row.Stops[cell] <- row.Length

    /// The element at `at` as a whole number, of types that hold such.
    let wholeAt (column: FitsColumn) (bytes: byte[]) at =
        let span = ReadOnlySpan(bytes, at, FitsHeader.elementSize column)

        match column.Element with
        | 'B' -> ValueSome(int64 span[0])
        | 'I' -> ValueSome(int64 (BinaryPrimitives.ReadInt16BigEndian span))
        | 'J' -> ValueSome(int64 (BinaryPrimitives.ReadInt32BigEndian span))
        | 'K' -> ValueSome(BinaryPrimitives.ReadInt64BigEndian span)
        | _ -> ValueNone

    /// The element at `at`; NaN where it stands for nothing or is no number.
    let numberAt (column: FitsColumn) (bytes: byte[]) at =
        let span = ReadOnlySpan(bytes, at, FitsHeader.elementSize column)

        let raw =
            match column.Element with
            | 'E' -> Singles.shortest (BinaryPrimitives.ReadSingleBigEndian span)
            | 'D' -> BinaryPrimitives.ReadDoubleBigEndian span
            | _ ->
                match wholeAt column bytes at with
                | ValueSome value when column.Null <> ValueSome value -> float value
                | _ -> nan

        column.Zero + column.Scale * raw

    let isNumeric (column: FitsColumn) = "BIJKED".Contains column.Element

    let textOf (column: FitsColumn) (bytes: byte[]) start stop =
        match wholeAt column bytes start with
        | ValueSome value when column.Null = ValueSome value -> ""
        | ValueSome value when column.Scale = 1.0 && column.Zero = 0.0 -> value.ToString CultureInfo.InvariantCulture
        // How FITS stores unsigned numbers of 64 bits.
        | ValueSome value when
            column.Scale = 1.0
            && column.Element = 'K'
            && column.Zero = 9223372036854775808.0
            ->
            (uint64 value ^^^ 0x8000000000000000UL).ToString CultureInfo.InvariantCulture
        | _ when isNumeric column -> (numberAt column bytes start).ToString("R", CultureInfo.InvariantCulture)
        | _ when column.Element = 'A' ->
            let text = Encoding.Latin1.GetString(bytes, start, stop - start)
            let ended = text.IndexOf '\000'
            (if ended >= 0 then text.Substring(0, ended) else text).Trim()
        | _ -> ""

    override _.ColumnCount = layout.Columns.Length
    override _.Want columns = wanted <- columns |> Array.map (fun column -> layout.Columns[column])

    override _.Next row =
        if fault.IsSome then
            Next.Fault
        elif next = layout.Rows then
            Next.EndOfFile
        else
            try
                if next >= firstInBlock + rowsInBlock then
                    fill ()

                row.Length <- 0
                row.Fault <- ValueNone
                row.Line <- int (min (next + 1L) (int64 Int32.MaxValue))
                copy row
                next <- next + 1L
                Next.Record
            with :? EndOfStreamException ->
                fault <- ValueSome(CatalogueError.ofFile source $"{layout.Rows} rows" "the end of the file")
                Next.Fault

    override _.Fault = fault.Value
    override _.Part row = row.Fault

    override _.IsMissing(row, cell) =
        let column = wanted[cell]
        let start, stop = row.Starts[cell], row.Stops[cell]

        if start = stop then
            true
        elif column.Element = 'A' then
            textOf column row.Bytes start stop = ""
        elif not (isNumeric column) then
            false
        else
            stop - start = FitsHeader.elementSize column
            && Double.IsNaN(numberAt column row.Bytes start)

    override this.Text(row, cell) =
        if row.Starts[cell] = row.Stops[cell] then
            ""
        else
            textOf wanted[cell] row.Bytes row.Starts[cell] row.Stops[cell]

    override _.Numbers(row, cell, into, most) =
        let column = wanted[cell]

        if not (isNumeric column) then
            Int32.MinValue
        else
            let size = FitsHeader.elementSize column
            let count = (row.Stops[cell] - row.Starts[cell]) / size
            let taken = min count most
            let mutable n = 0

            while n >= 0 && n < taken do
                let value = numberAt column row.Bytes (row.Starts[cell] + n * size)
                into[n] <- value
                n <- if Double.IsFinite value then n + 1 else -(n + 1)

            if n < 0 then n
            elif count > most then most + 1
            else count

    override _.Close() = ()

/// Opening FITS files.
module internal FitsTable =

    /// Whether a file begins like one.
    let opens (prefix: byte[]) = prefix.AsSpan().StartsWith(ReadOnlySpan "SIMPLE  ="B)

    /// Reads the headers. The stream stays the caller's; it has to be one that can seek.
    let openTable (stream: Stream) (source: string) : Result<Table, CatalogueError> =
        if not stream.CanSeek then
            Error(CatalogueError.ofFile source "a FITS file on a disk, uncompressed" "a stream; decompress it first")
        else
            stream.Position <- 0L

            FitsHeader.read source stream
            |> Result.bind (fun layout ->
                match Table.twice (layout.Columns |> Array.map _.Name) with
                | Some name ->
                    let error =
                        CatalogueError.ofFile source "each column once" $"{CatalogueError.quote name} in several"

                    Error error
                | None -> Ok(new FitsTable(stream, source, layout)))
