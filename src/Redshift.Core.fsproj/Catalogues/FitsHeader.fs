namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic
open System.IO

/// A column of a FITS binary table (Pence et al. 2010, doi:10.1051/0004-6361/201015362, section 7.3).
type internal FitsColumn =
    {
        Name: string
        /// The type of its elements: L X B I J K A E D C M; of the array's elements where the cell has a descriptor.
        Element: char
        /// P or Q where the cell has the length and place of an array in the heap; a blank otherwise.
        Descriptor: char
        /// How many elements; of a descriptor 0 or 1.
        Repeat: int
        /// Where the cell begins in a row, and how many bytes it has.
        Offset: int
        Width: int
        /// The whole number that stands for nothing.
        Null: int64 voption
        Scale: float
        Zero: float
    }

/// Where a binary table's parts are in the file.
type internal FitsLayout =
    {
        Columns: FitsColumn[]
        Rows: int64
        RowWidth: int
        /// Where the rows begin, where the heap begins and ends.
        Data: int64
        Heap: int64
        HeapEnd: int64
    }

/// Reading the headers of a FITS file up to its first binary table.
module internal FitsHeader =

    let private mostUnits = 1000

    /// The bytes of a unit's data, without the padding; -1 where they are beyond any file.
    let private dataSize source cards =
        let big = 1L <<< 50

        let rec product axes n axis =
            if axis > axes then
                Ok n
            else
                FitsCards.whole source cards $"NAXIS{axis}" 0L big ValueNone
                |> Result.bind (fun length ->
                    if length > 0L && n > big / length then
                        Error(CatalogueError.ofFile source "data that a file can hold" "more")
                    else
                        product axes (n * length) (axis + 1L))

        match
            FitsCards.whole source cards "BITPIX" -64L 64L ValueNone,
            FitsCards.whole source cards "NAXIS" 0L 999L ValueNone,
            FitsCards.whole source cards "PCOUNT" 0L big (ValueSome 0L),
            FitsCards.whole source cards "GCOUNT" 0L 1L (ValueSome 1L)
        with
        | Ok bits, Ok axes, Ok extra, Ok groups ->
            product axes (if axes = 0L then 0L else 1L) 1L
            |> Result.map (fun n -> abs bits / 8L * groups * (n + extra))
            |> Result.bind (fun size ->
                if size < 0L || size > big then
                    Error(CatalogueError.ofFile source "data that a file can hold" "more")
                else
                    Ok size)
        | Error e, _, _, _
        | _, Error e, _, _
        | _, _, Error e, _
        | _, _, _, Error e -> Error e

    let private sizeOf element =
        match element with
        | 'L'
        | 'B'
        | 'A' -> 1
        | 'I' -> 2
        | 'J'
        | 'E' -> 4
        | 'K'
        | 'D'
        | 'C' -> 8
        | 'M' -> 16
        | _ -> 0

    /// Elements' size in bytes; 0 of bits.
    let elementSize (column: FitsColumn) = sizeOf column.Element

    let private column source (cards: Dictionary<string, string>) offset rowWidth n =
        let form = (FitsCards.text cards $"TFORM{n}").Trim()
        let digits = form.Length - form.TrimStart([| '0' .. '9' |]).Length
        let kind = if digits < form.Length then form[digits] else ' '

        let element =
            if kind = 'P' || kind = 'Q' then
                form[min (digits + 1) (form.Length - 1)]
            else
                kind

        let error () =
            let found = if form = "" then "nothing" else CatalogueError.quote form
            Error(CatalogueError.ofCell source 0 $"TFORM{n}" "the format of a column within the table's rows" found)

        // Longer numbers would not fit into any row.
        match
            (if digits = 0 then 1L
             elif digits > 9 then Int64.MaxValue
             else Int64.Parse(form.Substring(0, digits)))
        with
        | repeat when repeat > 8L * int64 rowWidth && repeat > 1L -> error ()
        | repeat ->
            let width =
                match kind with
                | 'P' -> 8L * repeat
                | 'Q' -> 16L * repeat
                | 'X' -> (repeat + 7L) / 8L
                | _ -> int64 (sizeOf kind) * repeat

            let known = kind = 'X' || sizeOf element > 0 && (element = kind || repeat <= 1L)

            if not known || int64 offset + width > int64 rowWidth then
                error ()
            else
                match
                    FitsCards.whole source cards $"TNULL{n}" Int64.MinValue Int64.MaxValue (ValueSome Int64.MinValue),
                    FitsCards.real source cards $"TSCAL{n}" 1.0,
                    FitsCards.real source cards $"TZERO{n}" 0.0
                with
                | Ok blank, Ok scale, Ok zero ->
                    Ok
                        { Name = (FitsCards.text cards $"TTYPE{n}").ToLowerInvariant()
                          Element = element
                          Descriptor = if element = kind then ' ' else kind
                          Repeat = int repeat
                          Offset = offset
                          Width = int width
                          Null =
                            if cards.ContainsKey $"TNULL{n}" then
                                ValueSome blank
                            else
                                ValueNone
                          Scale = scale
                          Zero = zero }
                | Error e, _, _
                | _, Error e, _
                | _, _, Error e -> Error e

    let private columns source cards rowWidth count =
        let rec next made offset n =
            if n > count then
                if offset = rowWidth then
                    Ok(made |> List.rev |> Array.ofList)
                else
                    Error(
                        CatalogueError.ofCell
                            source
                            0
                            "NAXIS1"
                            $"rows of {offset} bytes, as the columns have"
                            $"{rowWidth}"
                    )
            else
                column source cards offset rowWidth n
                |> Result.bind (fun column -> next (column :: made) (offset + column.Width) (n + 1))

        next [] 0 1

    let private layout source (stream: Stream) cards size : Result<FitsLayout, CatalogueError> =
        let start = stream.Position

        match
            FitsCards.whole source cards "NAXIS1" 1L (1L <<< 24) ValueNone,
            FitsCards.whole source cards "NAXIS2" 0L Int64.MaxValue ValueNone,
            FitsCards.whole source cards "TFIELDS" 1L 999L ValueNone
        with
        | Ok width, Ok rows, Ok fields ->
            if FitsCards.text cards "BITPIX" <> "8" || FitsCards.text cards "NAXIS" <> "2" then
                Error(CatalogueError.ofFile source "a binary table of two axes of bytes" "another one")
            elif start + size > stream.Length then
                Error(
                    CatalogueError.ofFile
                        source
                        $"{size} bytes of table"
                        $"{stream.Length - start}: the file is cut off"
                )
            else
                match
                    columns source cards (int width) (int fields),
                    FitsCards.whole source cards "THEAP" (width * rows) size (ValueSome(width * rows))
                with
                | Ok columns, Ok heap ->
                    Ok
                        { Columns = columns
                          Rows = rows
                          RowWidth = int width
                          Data = start
                          Heap = start + heap
                          HeapEnd = start + size }
                | Error e, _
                | _, Error e -> Error e
        | Error e, _, _
        | _, Error e, _
        | _, _, Error e -> Error e

    /// Goes from the file's start to its first binary table.
    let read (source: string) (stream: Stream) : Result<FitsLayout, CatalogueError> =
        let rec next units =
            if units = mostUnits || (units > 0 && stream.Position >= stream.Length) then
                Error(CatalogueError.ofFile source "a FITS file with a binary table" "none")
            else
                FitsCards.read source stream
                |> Result.bind (fun cards -> dataSize source cards |> Result.map (fun size -> struct (cards, size)))
                |> Result.bind (fun (struct (cards, size)) ->
                    if units > 0 && FitsCards.text cards "XTENSION" = "BINTABLE" then
                        layout source stream cards size
                    else
                        let padded =
                            (size + int64 FitsCards.blockSize - 1L) / int64 FitsCards.blockSize
                            * int64 FitsCards.blockSize

                        if padded > stream.Length - stream.Position then
                            Error(CatalogueError.ofFile source $"{size} bytes of data" "the end of the file")
                        else
                            stream.Position <- stream.Position + padded
                            next (units + 1))

        FitsCards.withoutLine (next 0)
