namespace Redshift.Core.Catalogues

open System
open System.Buffers
open System.IO
open System.Text.Unicode

/// What `RecordReader.Next` came upon.
type internal Next =
    | Record = 0
    | EndOfFile = 1
    | Fault = 2
    | NotYet = 3

/// Cuts a stream into records: lines, or several where a quoted cell spans lines. Holds one pooled buffer, never more
/// of the text than that. Lines end in LF, CRLF or CR; a byte order mark is skipped; text must be UTF-8 without NUL
/// bytes.
[<Sealed>]
type internal RecordReader(stream: Stream, file: string, prefix: byte[], longestRecord: int) =
    let mutable buffer = ArrayPool<byte>.Shared.Rent(max (1 <<< 20) (prefix.Length + 2))
    let mutable filled = prefix.Length
    let mutable ended = false
    let mutable next = 0
    let mutable nextLine = 1
    let mutable start = 0
    let mutable stop = 0
    let mutable line = 1
    let mutable separator = 0uy
    let mutable fault: CatalogueError voption = ValueNone

    do
        prefix.CopyTo(buffer, 0)

        if prefix.AsSpan().StartsWith(ReadOnlySpan [| 0xEFuy; 0xBBuy; 0xBFuy |]) then
            next <- 3

    /// Moves what is left to the front, doubles the buffer where it is full, and reads until it is full or the stream
    /// ends.
    let fill () =
        let left = filled - next

        // One byte stays free for the line end that a last line may lack.
        if left >= buffer.Length - 1 then
            let larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length)
            Buffer.BlockCopy(buffer, next, larger, 0, left)
            ArrayPool<byte>.Shared.Return buffer
            buffer <- larger
        else
            Buffer.BlockCopy(buffer, next, buffer, 0, left)

        filled <- left
        next <- 0

        while not ended && filled < buffer.Length - 1 do
            let count = stream.Read(buffer, filled, buffer.Length - 1 - filled)
            filled <- filled + count
            ended <- count = 0

    let isBlank (value: byte) = value = ' 'B || value = '\t'B

    /// Whether the quote at `at` opens a cell.
    let opens (at: int) =
        let mutable p = at - 1

        while p >= next && buffer[p] = ' 'B do
            p <- p - 1

        if p < next then
            true
        else
            match separator with
            | 0uy ->
                p < at - 1
                || buffer[p] = ','B
                || buffer[p] = ';'B
                || isBlank buffer[p]
                || buffer[p] = '#'B
            | ' 'B -> p < at - 1 || isBlank buffer[p]
            | separator -> buffer[p] = separator

    /// The index behind the closing quote of the cell that opens at `at`; -1 where it does not close.
    let closing (at: int) =
        let mutable p = at + 1
        let mutable result = 0

        while result = 0 do
            let i = buffer.AsSpan(p, filled - p).IndexOf('"'B)

            if i < 0 then
                result <- -1
            elif p + i + 1 < filled && buffer[p + i + 1] = '"'B then
                p <- p + i + 2
            else
                result <- p + i + 1

        result

    /// The index of the record's line end; -1 where the buffer does not hold it, -2 where in addition a quote is open.
    let findEnd () =
        let mutable p = next
        let mutable result = Int32.MinValue

        while result = Int32.MinValue do
            let i = buffer.AsSpan(p, filled - p).IndexOfAny('\n'B, '\r'B, '"'B)

            if i < 0 then
                result <- -1
            elif buffer[p + i] = '"'B then
                p <- p + i

                if opens p then
                    let behind = closing p
                    if behind < 0 then result <- -2 else p <- behind
                else
                    p <- p + 1
            // Whether LF follows this CR is not known yet.
            elif buffer[p + i] = '\r'B && p + i = filled - 1 && not ended then
                result <- -1
            else
                result <- p + i

        result

    let fail expected found =
        fault <- ValueSome(CatalogueError.ofLine file nextLine expected found)
        Next.Fault

    /// How many lines the record's quoted cells break into.
    let innerLines () =
        let mutable count = 0

        for i in start .. stop - 1 do
            if buffer[i] = '\n'B || (buffer[i] = '\r'B && buffer[i + 1] <> '\n'B) then
                count <- count + 1

        count

    let accept (lineEnd: int) =
        start <- next
        stop <- lineEnd
        line <- nextLine
        let record = ReadOnlySpan(buffer, start, stop - start)

        if record.IndexOf 0uy >= 0 then
            fail "text" "a NUL byte: this looks like a binary file"
        elif not (Utf8.IsValid record) then
            fail "UTF-8 text" "bytes that are none"
        else
            let crlf = lineEnd < filled - 1 && buffer[lineEnd] = '\r'B && buffer[lineEnd + 1] = '\n'B

            nextLine <- line + 1

            if record.IndexOf '"'B >= 0 then
                nextLine <- nextLine + innerLines ()

            next <- min filled (lineEnd + (if crlf then 2 else 1))
            Next.Record

    /// The buffer that holds the record; valid until the next call. The byte at `Stop` belongs to no cell.
    member _.Buffer = buffer
    /// Where the record begins.
    member _.Start = start
    /// Behind its last byte, the line end not included.
    member _.Stop = stop
    /// The line it begins on, from 1.
    member _.Line = line
    /// What went wrong, after `Fault`.
    member _.Fault = fault.Value

    /// What parts cells, once known (a blank for runs of blanks): a quote opens a cell only behind it.
    member _.Separator
        with get () = separator
        and set value = separator <- value

    /// Goes to the next record. After a fault there is nothing more to be had.
    member _.Next() : Next =
        if fault.IsSome then
            Next.Fault
        else
            let mutable lineEnd = findEnd ()

            while lineEnd < 0 && not ended && filled - next < longestRecord do
                fill ()
                lineEnd <- findEnd ()

            if lineEnd >= 0 && lineEnd - next <= longestRecord then
                accept lineEnd
            elif filled - next >= longestRecord then
                let least = $"more than {longestRecord >>> 20} MiB"

                if lineEnd = -2 then
                    fail "a closing quote" $"none within {longestRecord >>> 20} MiB"
                else
                    fail $"a line of at most {longestRecord >>> 20} MiB" least
            elif lineEnd = -2 then
                fail "a closing quote" "the end of the file"
            elif next = filled then
                Next.EndOfFile
            else
                buffer[filled] <- '\n'B
                accept filled

    /// As `Next`, but only where the buffer holds the whole record already, so that records gone through before stay
    /// in it; otherwise `NotYet`, and `Next` goes on.
    member _.NextInBuffer() : Next =
        if fault.IsSome then
            Next.Fault
        else
            let lineEnd = findEnd ()

            if lineEnd >= 0 && lineEnd - next <= longestRecord then
                accept lineEnd
            else
                Next.NotYet

    interface IDisposable with
        member _.Dispose() =
            if buffer.Length > 0 then
                ArrayPool<byte>.Shared.Return buffer
                buffer <- [||]
                fault <- ValueSome(CatalogueError.ofFile file "an open reader" "a closed one")
