namespace Deedle

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open Deedle.Indices

/// Columns of several types over common row keys. `AddColumn`, `DropColumn`, `ReplaceColumn` and `RenameColumn(s)`
/// change the frame; everything else returns a new one.
[<AllowNullLiteral>]
type Frame<'TRowKey, 'TColumnKey when 'TRowKey: equality and 'TColumnKey: equality>
    internal (rows: LinearIndex<'TRowKey>, names: LinearIndex<'TColumnKey>, data: Column[]) =
    let mutable rows = rows
    let mutable names = names
    let mutable data = data

    let realigned (index: LinearIndex<'TRowKey>) (keys: LinearIndex<'TRowKey>) (column: Column) =
        if obj.ReferenceEquals(index, keys) then
            column
        else
            column.Select(index.Locate keys)

    let boxed (column: Column) = ObjectSeries<'TRowKey>(rows, Column<obj> column.Objects)

    let locate (column: 'TColumnKey) =
        match names.Position column with
        | -1 -> invalidArg "column" $"The column '{column}' does not exist in the column index."
        | i -> data[i]

    let rowAt i = ObjectSeries<'TColumnKey>(names, data |> Array.map _.GetObject(i) |> Column<obj>)

    /// The columns side by side; their row keys are the keys of any.
    new(names: seq<'TColumnKey>, columns: seq<ISeries<'TRowKey>>) =
        let keysOf (series: ISeries<'TRowKey>) =
            match series.Index with
            | :? LinearIndex<'TRowKey> as index -> index
            | other -> LinearIndex.Create(Array.ofSeq other.Keys)

        let columns = Array.ofSeq columns

        let rows =
            if Array.isEmpty columns then
                LinearIndex [||]
            else
                columns |> Array.map keysOf |> Array.reduce (fun all keys -> all.Union keys)

        let align (series: ISeries<'TRowKey>) =
            let keys = keysOf series
            let column = Column.ofVector series.Vector

            if keys.Array = rows.Array then
                column
            else
                column.Select(keys.Locate rows)

        Frame(rows, LinearIndex.Create(Array.ofSeq names), Array.map align columns)

    member internal _.RowKeyIndex = rows
    member internal _.ColumnKeyIndex = names
    member internal _.Data = data

    member internal _.SelectRows(positions: int[]) =
        Frame(LinearIndex(positions |> Array.map (Array.get rows.Array)), names, data |> Array.map _.Select(positions))

    /// The row keys.
    member _.RowIndex = rows :> IIndex<'TRowKey>

    /// The column keys.
    member _.ColumnIndex = names :> IIndex<'TColumnKey>

    /// How many rows there are.
    member _.RowCount = rows.Array.Length

    /// How many columns there are.
    member _.ColumnCount = data.Length

    /// Whether there are no rows.
    member _.IsEmpty = Array.isEmpty rows.Array

    /// The row keys.
    member _.RowKeys = Seq.ofArray rows.Array

    /// The column keys.
    member _.ColumnKeys = Seq.ofArray names.Array

    /// The types of the columns.
    member _.ColumnTypes = data |> Seq.map _.ElementType

    /// The columns as they are.
    member _.Columns: ColumnSeries<'TRowKey, 'TColumnKey> =
        ColumnSeries(names, data |> Seq.map boxed |> Column.ofValues)

    /// The rows.
    member _.Rows: RowSeries<'TRowKey, 'TColumnKey> =
        RowSeries(rows, Seq.init rows.Array.Length rowAt |> Column.ofValues)

    /// A value; raises as `GetColumn` and `Series.Get`.
    member frame.Item
        with get (column: 'TColumnKey, row: 'TRowKey) = (boxed (locate column)).Get row

    /// A column of numbers.
    member frame.Item
        with get (column: 'TColumnKey): Series<'TRowKey, float> = frame.GetColumn<float> column
        and set (column: 'TColumnKey) (series: Series<'TRowKey, float>) = frame.ReplaceColumn(column, series)

    /// The key of the row at a position.
    member _.GetRowKeyAt(index: int) = rows.Array[index]

    /// The row at a position, converted.
    member _.GetRowAt<'T>(index: int) : Series<'TColumnKey, 'T> = (rowAt index).As<'T>()

    /// A row, converted.
    member _.GetRow<'T>(rowKey: 'TRowKey) : Series<'TColumnKey, 'T> =
        match rows.Position rowKey with
        | -1 -> raise (KeyNotFoundException $"The key {rowKey} is not present in the index")
        | i -> (rowAt i).As<'T>()

    /// The columns whose values all are of the type, or narrower numbers; others are missing.
    member frame.GetColumns<'R>() : Series<'TColumnKey, Series<'TRowKey, 'R>> =
        frame.Columns.SelectOptional(fun pair -> pair.Value |> OptionalValue.bind _.TryAs<'R>())

    /// A column, converted. Raises `ArgumentException`, `InvalidCastException`, `FormatException`.
    member _.GetColumn<'R>(column: 'TColumnKey) : Series<'TRowKey, 'R> =
        Series(rows, Column.convert<'R> ConversionKind.Flexible (locate column))

    /// A column, converted, if there is one of that key.
    member frame.TryGetColumn<'R>(column: 'TColumnKey, lookup: Lookup) : OptionalValue<Series<'TRowKey, 'R>> =
        match lookup with
        | Lookup.Exact when names.Position column < 0 -> OptionalValue.Missing
        | Lookup.Exact -> OptionalValue(frame.GetColumn<'R> column)
        | _ -> invalidArg "lookup" "Only Lookup.Exact is supported."

    /// The column at a position, converted.
    member _.GetColumnAt<'R>(index: int) : Series<'TRowKey, 'R> = (boxed data[index]).As<'R>()

    /// The columns that can be converted.
    member frame.GetAllColumns<'R>() : seq<KeyValuePair<'TColumnKey, Series<'TRowKey, 'R>>> =
        frame.Columns.SelectOptional(fun pair -> pair.Value |> OptionalValue.bind _.TryAs<'R>(ConversionKind.Flexible))
        |> _.Observations

    /// All values, rows first; where one is missing, the default.
    member frame.ToArray2D<'R>(defaultValue: 'R) : 'R[,] =
        let columns = data |> Array.map (Column.convert<'R> ConversionKind.Flexible)

        Array2D.init frame.RowCount frame.ColumnCount (fun r c ->
            OptionalValue.defaultArg defaultValue columns[c].Data[r])

    /// Adds a column; rows it has no key for get missing values, other keys are left out.
    member _.AddColumn(column: 'TColumnKey, series: ISeries<'TRowKey>) =
        let added = Frame<'TRowKey, 'TColumnKey>([ column ], [ series ])

        if Array.isEmpty data then
            rows <- added.RowKeyIndex
            data <- added.Data
        else
            data <- Array.append data [| added.Data[0].Select(added.RowKeyIndex.Locate rows) |]

        names <- LinearIndex.Create(Array.append names.Array [| column |])

    /// Adds a column of values in the order of the rows; what is left over stays out, what lacks is missing.
    member frame.AddColumn(column: 'TColumnKey, series: seq<'V>) =
        let values = Array.ofSeq series
        let position i = if i < values.Length then i else -1
        let all: Column = Column.ofValues values
        let aligned = all.Select(Array.init frame.RowCount position) :?> Column<'V>
        frame.AddColumn(column, Series(rows, aligned) :> ISeries<_>)

    /// Removes a column.
    member _.DropColumn(column: 'TColumnKey) =
        let dropped = names.Position column
        locate column |> ignore
        data <- Array.removeAt dropped data
        names <- LinearIndex.Create(Array.removeAt dropped names.Array)

    /// Replaces a column, or adds it.
    member frame.ReplaceColumn(column: 'TColumnKey, series: ISeries<'TRowKey>) =
        if names.Position column >= 0 then
            frame.DropColumn column

        frame.AddColumn(column, series)

    /// Replaces a column, or adds it.
    member frame.ReplaceColumn(column: 'TColumnKey, data: seq<'V>) =
        if names.Position column >= 0 then
            frame.DropColumn column

        frame.AddColumn(column, data)

    /// Gives a column another key.
    member _.RenameColumn(oldKey: 'TColumnKey, newKey: 'TColumnKey) =
        names <- LinearIndex.Create(names.Array |> Array.map (fun key -> if key = oldKey then newKey else key))

    /// Gives all columns other keys.
    member _.RenameColumns(columnKeys: seq<'TColumnKey>) =
        let keys = Array.ofSeq columnKeys

        if keys.Length <> data.Length then
            invalidArg "columnKeys" "The number of new column keys does not match with the number of columns"

        names <- LinearIndex.Create keys

    /// Gives all columns other keys.
    member _.RenameColumns(mapping: Func<'TColumnKey, 'TColumnKey>) =
        names <- LinearIndex.Create(Array.map mapping.Invoke names.Array)

    /// A column of numbers.
    static member (?)(frame: Frame<_, _>, column) : Series<'T, float> = frame.GetColumn<float>(column)

    /// Replaces a column, or adds it.
    static member (?<-)(frame: Frame<_, _>, column, series: Series<'T, 'V>) =
        frame.ReplaceColumn(column, (series :> ISeries<'T>))

    /// Replaces a column, or adds it.
    static member (?<-)(frame: Frame<_, _>, column, data: seq<'V>) = frame.ReplaceColumn(column, data)

    /// The same columns; changing one frame does not change the other.
    member _.Clone() = Frame(rows, names, data)

    /// The columns of both frames by row keys; the column keys must differ.
    member frame.Join(otherFrame: Frame<'TRowKey, 'TColumnKey>, kind: JoinKind) =
        let other = otherFrame.RowKeyIndex

        let keys =
            match kind with
            | JoinKind.Outer -> rows.Union other
            | JoinKind.Inner -> rows.Intersect other
            | JoinKind.Left -> rows
            | JoinKind.Right -> other
            | _ -> invalidArg "kind" $"Unknown kind of join: {kind}"

        Frame(
            keys,
            LinearIndex.Create(Array.append names.Array otherFrame.ColumnKeyIndex.Array),
            Array.append (Array.map (realigned rows keys) data) (Array.map (realigned other keys) otherFrame.Data)
        )

    /// The columns of both frames by row keys of either.
    member frame.Join(otherFrame: Frame<'TRowKey, 'TColumnKey>) = frame.Join(otherFrame, JoinKind.Outer)

    member internal frame.GroupBy(labels: 'G[]) : Frame<'G * 'TRowKey, 'TColumnKey> =
        let positions =
            Array.indexed labels
            |> Array.groupBy snd
            |> Array.collect (snd >> Array.map fst)

        let keys = positions |> Array.map (fun i -> labels[i], rows.Array[i])
        Frame(LinearIndex keys, names, data |> Array.map _.Select(positions))

    /// The rows ordered by groups of equal values of a column, which become part of the keys.
    member frame.GroupRowsBy<'TGroup when 'TGroup: equality>(colKey: 'TColumnKey) =
        let labels = frame.GetColumn<'TGroup>(colKey).Values |> Array.ofSeq

        if labels.Length <> frame.RowCount then
            failwith "GroupRowsBy: Specified column contains missing values and cannot be used for grouping."

        frame.GroupBy labels

    /// The rows ordered by groups of equal results, which become part of the keys.
    member frame.GroupRowsUsing<'TGroup when 'TGroup: equality>(f: Func<'TRowKey, ObjectSeries<'TColumnKey>, 'TGroup>) =
        rows.Array |> Array.mapi (fun i key -> f.Invoke(key, rowAt i)) |> frame.GroupBy

    /// A table; of a long or wide frame, the first and the last 15 rows and columns.
    member frame.Format() = frame.Format(false)

    /// A table, with the types of the columns if asked for.
    member frame.Format(printTypes: bool) =
        let half = Formatting.shownAtEachEnd
        let columns = Formatting.ends half half data.Length
        let cells f = columns |> Array.map (Option.map f >> Option.defaultValue "...")

        let typeName (t: Type) =
            if t = typeof<obj> then "obj"
            elif t = typeof<float> then "float"
            elif t = typeof<int> then "int"
            elif t = typeof<string> then "string"
            else t.Name

        [| [| ""; "" |], cells (fun c -> Formatting.text (box names.Array[c]))
           if printTypes then
               [| ""; "" |], cells (fun c -> $"({typeName data[c].ElementType})")
           for row in Formatting.ends half half rows.Array.Length do
               match row with
               | Some r ->
                   [| Formatting.text (box rows.Array[r]); "->" |],
                   cells (fun c -> Formatting.optional (data[c].GetObject r))
               | None -> [| ":"; "" |], cells (fun _ -> "...") |]
        |> Array.map (fun (head, cells) -> Array.append head cells)
        |> Formatting.table

/// The columns of a frame.
and ColumnSeries<'TRowKey, 'TColumnKey when 'TRowKey: equality and 'TColumnKey: equality>
    internal (index: LinearIndex<'TColumnKey>, column: Column<ObjectSeries<'TRowKey>>) =
    inherit Series<'TColumnKey, ObjectSeries<'TRowKey>>(index, column)

    /// A frame of some of the columns.
    member x.Item
        with get (items: seq<'TColumnKey>) = FrameOf.columns (x.GetItems items)

/// The rows of a frame.
and RowSeries<'TRowKey, 'TColumnKey when 'TRowKey: equality and 'TColumnKey: equality>
    internal (index: LinearIndex<'TRowKey>, column: Column<ObjectSeries<'TColumnKey>>) =
    inherit Series<'TRowKey, ObjectSeries<'TColumnKey>>(index, column)

    /// A frame of some of the rows.
    member x.Item
        with get (items: seq<'TRowKey>) = FrameOf.rows (x.GetItems items)

and internal FrameOf =
    static member columns<'C, 'R, 'S when 'C: equality and 'R: equality and 'S :> ISeries<'R>>
        (columns: Series<'C, 'S>)
        : Frame<'R, 'C> =
        // A missing column has no values, but its name.
        let column (found: OptionalValue<'S>) =
            if found.HasValue then
                found.Value :> ISeries<'R>
            else
                Series<'R, obj>(Seq.empty, Seq.empty)

        Frame(columns.Keys, columns.Column.Data |> Seq.map column) |> FrameOf.unboxed

    static member rows<'C, 'R, 'S when 'C: equality and 'R: equality and 'S :> ISeries<'C>>
        (rows: Series<'R, 'S>)
        : Frame<'R, 'C> =
        let names =
            rows.Values
            |> Seq.map (fun row -> Array.ofSeq (row :> ISeries<'C>).Index.Keys)
            |> Seq.fold (fun (all: LinearIndex<'C>) keys -> all.Union(LinearIndex keys)) (LinearIndex [||])

        let values (name: 'C) : Column =
            rows.Column.Data
            |> Array.map (OptionalValue.bind (fun row -> (row :> ISeries<'C>).TryGetObject name))
            |> Column<obj>
            :> Column

        Frame(rows.KeyIndex, names, Array.map values names.Array) |> FrameOf.unboxed

    /// With columns of the common type of their values instead of objects.
    static member unboxed<'C, 'R when 'C: equality and 'R: equality>(frame: Frame<'R, 'C>) : Frame<'R, 'C> =
        let unbox (column: Column) : Column =
            let types =
                column.Objects
                |> Array.filter _.HasValue
                |> Array.map (fun v -> v.Value.GetType())
                |> Array.distinct

            match types with
            | _ when column.ElementType <> typeof<obj> -> column
            | [| t |] when t = typeof<float> -> Column.convert<float> ConversionKind.Exact column
            | [| t |] when t = typeof<string> -> Column.convert<string> ConversionKind.Exact column
            | [| t |] when t = typeof<int> -> Column.convert<int> ConversionKind.Exact column
            | [| t |] when t = typeof<int64> -> Column.convert<int64> ConversionKind.Exact column
            | [| t |] when t = typeof<bool> -> Column.convert<bool> ConversionKind.Exact column
            | _ -> column

        Frame(frame.RowKeyIndex, frame.ColumnKeyIndex, Array.map unbox frame.Data)
