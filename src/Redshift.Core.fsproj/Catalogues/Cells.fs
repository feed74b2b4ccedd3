namespace Redshift.Core.Catalogues

open System
open System.Text

/// A cell of a record: where its text stands, without blanks or quotes around it.
[<Struct; NoEquality; NoComparison>]
type internal Cell =
    { mutable Start: int
      mutable Stop: int
      mutable Quoted: bool }

    member inline this.IsBlank = this.Start = this.Stop && not this.Quoted

/// Parting a record into cells. A separator of `' 'B` stands for runs of blanks and tabs.
module internal Cells =

    let inline private isBlank (separator: byte) (value: byte) = value = ' 'B || (value = '\t'B && separator <> '\t'B)

    /// Where cells begin, from the record's bounds, and where they end: blanks around the record left out.
    let trim (separator: byte) (buffer: byte[]) (start: int) (stop: int) : struct (int * int) =
        let mutable a = start
        let mutable b = stop

        while a < b && isBlank separator buffer[a] do
            a <- a + 1

        while b > a && isBlank separator buffer[b - 1] do
            b <- b - 1

        struct (a, b)

    let private quoted (separator: byte) (buffer: byte[]) (at: int) (stop: int) (cell: byref<Cell>) =
        let mutable p = at + 1
        let mutable isOpen = true

        while isOpen do
            let i = buffer.AsSpan(p, stop - p).IndexOf('"'B)

            if i < 0 then
                p <- stop + 1
                isOpen <- false
            elif p + i + 1 < stop && buffer[p + i + 1] = '"'B then
                p <- p + i + 2
            else
                p <- p + i + 1
                isOpen <- false

        cell.Start <- at + 1
        cell.Stop <- p - 1
        cell.Quoted <- true

        if p > stop then
            -1
        elif separator = ' 'B then
            if p = stop || isBlank separator buffer[p] then p else -1
        else
            while p < stop && isBlank separator buffer[p] do
                p <- p + 1

            if p = stop || buffer[p] = separator then p else -1

    /// The cell that begins at `at`: the index of the separator behind it, `stop` for the last, or -1 where something
    /// stands between a closing quote and the separator.
    let read (separator: byte) (buffer: byte[]) (at: int) (stop: int) (cell: byref<Cell>) : int =
        let mutable p = at

        while p < stop && isBlank separator buffer[p] do
            p <- p + 1

        if p < stop && buffer[p] = '"'B then
            quoted separator buffer p stop &cell
        else
            let rest = ReadOnlySpan(buffer, p, stop - p)

            let found =
                if separator = ' 'B then
                    rest.IndexOfAny(' 'B, '\t'B)
                else
                    rest.IndexOf separator

            let behind = if found < 0 then stop else p + found
            let mutable last = behind

            while last > p && isBlank separator buffer[last - 1] do
                last <- last - 1

            cell.Start <- p
            cell.Stop <- last
            cell.Quoted <- false
            behind

    /// Where the cell behind the separator at `at` begins.
    let after (separator: byte) (buffer: byte[]) (at: int) (stop: int) : int =
        if separator <> ' 'B then
            at + 1
        else
            let mutable p = at + 1

            while p < stop && isBlank separator buffer[p] do
                p <- p + 1

            p

    /// The cell's text.
    let text (buffer: byte[]) (cell: inref<Cell>) : string =
        let plain = Encoding.UTF8.GetString(buffer, cell.Start, cell.Stop - cell.Start)
        if cell.Quoted then plain.Replace("\"\"", "\"") else plain

    /// How many cells the record has; -1 where something stands behind a closing quote.
    let count (separator: byte) (buffer: byte[]) (start: int) (stop: int) : int =
        let struct (a, b) = trim separator buffer start stop
        let mutable cell = Unchecked.defaultof<Cell>
        let mutable at = read separator buffer a b &cell
        let mutable n = 1

        while at >= 0 && at < b do
            at <- read separator buffer (after separator buffer at b) b &cell
            n <- n + 1

        if at < 0 then -1 else n

    /// All cells' texts.
    let split (separator: byte) (buffer: byte[]) (start: int) (stop: int) : string[] =
        let struct (a, b) = trim separator buffer start stop
        let mutable cell = Unchecked.defaultof<Cell>
        let cells = ResizeArray()
        let mutable at = read separator buffer a b &cell
        cells.Add(text buffer &cell)

        while at >= 0 && at < b do
            at <- read separator buffer (after separator buffer at b) b &cell
            cells.Add(text buffer &cell)

        cells.ToArray()
