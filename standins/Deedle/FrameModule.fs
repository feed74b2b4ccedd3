namespace Deedle

open System
open Deedle.Indices

/// Functions on frames.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Frame =
    /// No rows and no columns.
    [<CompiledName("Empty")>]
    let empty<'R, 'C when 'R: equality and 'C: equality> : Frame<'R, 'C> = Frame(Seq.empty, Seq.empty)

    /// How many rows there are.
    [<CompiledName("CountRows")>]
    let countRows (frame: Frame<'R, 'C>) = frame.RowCount

    /// How many columns there are.
    [<CompiledName("CountColumns")>]
    let countCols (frame: Frame<'R, 'C>) = frame.ColumnCount

    /// How many values of each column are present.
    [<CompiledName("CountValues")>]
    let inline countValues (frame: Frame<'R, 'C>) = frame.Columns |> Series.map (fun _ -> Series.countValues)

    /// The columns as they are.
    [<CompiledName("Columns")>]
    let cols (frame: Frame<'R, 'C>) = frame.Columns

    /// The rows.
    [<CompiledName("Rows")>]
    let rows (frame: Frame<'R, 'C>) = frame.Rows

    /// A column, converted.
    [<CompiledName("GetColumn")>]
    let getCol column (frame: Frame<'R, 'C>) : Series<'R, 'V> = frame.GetColumn(column)

    /// The columns whose values all are of the type, or narrower numbers.
    [<CompiledName("GetColumns")>]
    let getCols (frame: Frame<'R, 'C>) : Series<'C, Series<'R, 'T>> =
        frame.GetColumns<'T>() |> Series.mapAll (fun _ column -> column)

    /// The columns of numbers.
    [<CompiledName("GetNumericColumns")>]
    let getNumericCols (frame: Frame<'R, 'C>) : Series<'C, Series<'R, float>> = frame.GetColumns<float>()

    /// A row, converted.
    [<CompiledName("GetRow")>]
    let inline getRow row (frame: Frame<'R, 'C>) : Series<'C, 'T> = frame.GetRow<'T>(row)

    /// Some of the columns.
    [<CompiledName("SliceCols")>]
    let sliceCols (columns: seq<_>) (frame: Frame<'R, 'C>) : Frame<'R, 'C> = frame.Columns.[columns]

    /// Some of the rows.
    [<CompiledName("SliceRows")>]
    let sliceRows (rows: seq<_>) (frame: Frame<'R, 'C>) : Frame<'R, 'C> = frame.Rows.[rows]

    /// With one more column.
    [<CompiledName("AddColumn")>]
    let addCol column (series: Series<_, 'V>) (frame: Frame<'R, 'C>) =
        let f = frame.Clone()
        f.AddColumn(column, (series :> ISeries<'R>))
        f

    /// Without a column.
    [<CompiledName("DropColumn")>]
    let dropCol column (frame: Frame<'R, 'C>) =
        let f = frame.Clone()
        f.DropColumn(column)
        f

    /// With a column replaced, or added.
    [<CompiledName("ReplaceColumn")>]
    let replaceCol column (series: ISeries<_>) (frame: Frame<'R, 'C>) =
        let f = frame.Clone()
        f.ReplaceColumn(column, series)
        f

    /// The numbers, rows first; NaN where one is missing.
    [<CompiledName("ToArray2D")>]
    let toArray2D (frame: Frame<'R, 'C>) = frame.ToArray2D<float> nan

    /// With another key for a column.
    [<CompiledName("RenameColumn")>]
    let renameCol oldKey newKey (frame: Frame<'R, 'C>) =
        let f = frame.Clone()
        f.RenameColumn(oldKey, newKey)
        f

    /// With other keys for all columns.
    [<CompiledName("RenameColumns")>]
    let renameColsUsing (mapping: 'C -> 'C2) (frame: Frame<'R, 'C>) =
        Frame<'R, 'C2>(
            frame.RowKeyIndex,
            LinearIndex.Create(Array.ofSeq (Seq.map mapping frame.ColumnKeys)),
            frame.Data
        )

    /// With other keys for all columns.
    [<CompiledName("SelectColumnKeys")>]
    let mapColKeys f (frame: Frame<'R, 'C>) = renameColsUsing f frame

    /// With other row keys, in order.
    [<CompiledName("IndexRowsWith")>]
    let indexRowsWith (keys: seq<'R2>) (frame: Frame<'R1, 'C>) =
        let keys = Array.ofSeq keys
        let positions = Array.init keys.Length (fun i -> if i < frame.RowCount then i else -1)
        Frame<'R2, 'C>(LinearIndex.Create keys, frame.ColumnKeyIndex, frame.Data |> Array.map _.Select(positions))

    /// With the row keys 0, 1, ...
    [<CompiledName("IndexRowsOrdinally")>]
    let indexRowsOrdinally (frame: Frame<'TRowKey, 'TColumnKey>) = indexRowsWith [ 0 .. frame.RowCount - 1 ] frame

    /// With other row keys.
    [<CompiledName("SelectRowKeys")>]
    let mapRowKeys (f: 'R1 -> 'R2) (frame: Frame<_, 'C>) = indexRowsWith (Seq.map f frame.RowKeys) frame

    let private selectRows keys (frame: Frame<'R, 'C>) =
        let keys = Array.ofSeq keys
        frame.SelectRows(Array.map frame.RowKeyIndex.Position keys)

    /// The rows in order of a column.
    [<CompiledName("SortRows")>]
    let sortRows colKey (frame: Frame<'R, 'C>) = selectRows (frame.GetColumn(colKey) |> Series.sort).Keys frame

    /// The rows in order of what the function gives for a column.
    [<CompiledName("SortRowBy")>]
    let sortRowsBy colKey (f: 'T -> 'V) (frame: Frame<'R, 'C>) =
        selectRows (frame.GetColumn<'T>(colKey) |> Series.sortBy f).Keys frame

    /// The rows in order of their keys.
    [<CompiledName("SortRowsByKey")>]
    let sortRowsByKey (frame: Frame<'R, 'C>) =
        selectRows (Series(frame.RowKeys, frame.RowKeys) |> Series.sortByKey).Keys frame

    let private range first count (frame: Frame<'R, 'C>) = frame.SelectRows(Array.init count (fun i -> first + i))

    let private checkCount count (frame: Frame<'R, 'C>) =
        if count < 0 || count > frame.RowCount then
            invalidArg "count" "Must be greater than zero and less than the number of rows."

    /// The first rows.
    [<CompiledName("Take")>]
    let take count (frame: Frame<'R, 'C>) =
        checkCount count frame
        range 0 count frame

    /// The last rows.
    [<CompiledName("TakeLast")>]
    let takeLast count (frame: Frame<'R, 'C>) =
        checkCount count frame
        range (frame.RowCount - count) count frame

    /// All but the first rows.
    [<CompiledName("Skip")>]
    let skip count (frame: Frame<'R, 'C>) =
        checkCount count frame
        range count (frame.RowCount - count) frame

    /// The rows that satisfy the predicate.
    [<CompiledName("WhereRows")>]
    let filterRows f (frame: Frame<'R, 'C>) = selectRows (frame.Rows |> Series.filter f).Keys frame

    /// The rows whose values satisfy the predicate.
    [<CompiledName("WhereRowValues")>]
    let filterRowValues f (frame: Frame<'R, 'C>) = selectRows (frame.Rows |> Series.filterValues f).Keys frame

    /// The rows with the value in a column.
    [<CompiledName("WhereRowsBy")>]
    let filterRowsBy column (value: 'V) (frame: Frame<'R, 'C>) =
        selectRows (frame.GetColumn<'V>(column) |> Series.filterValues ((=) value)).Keys frame

    /// The rows for whose keys the mask is true.
    [<CompiledName("WhereRowsByMask")>]
    let filterRowsByMask (mask: Series<'R, bool>) (frame: Frame<'R, 'C>) =
        filterRows (fun key _ -> mask.TryGet(key) |> OptionalValue.defaultArg false) frame

    /// What the function gives for each row.
    [<CompiledName("SelectRows")>]
    let inline mapRows (f: _ -> _ -> 'V) (frame: Frame<'R, 'C>) = frame.Rows |> Series.map f

    /// What the function gives for each row.
    [<CompiledName("SelectRowValues")>]
    let inline mapRowValues (f: _ -> 'V) (frame: Frame<'R, 'C>) = frame.Rows |> Series.mapValues f

    /// The columns that satisfy the predicate.
    [<CompiledName("WhereColumns")>]
    let filterCols f (frame: Frame<'R, 'C>) : Frame<'R, 'C> = frame.Columns |> Series.filter f |> FrameOf.columns

    /// The columns whose values satisfy the predicate.
    [<CompiledName("WhereColumnValues")>]
    let filterColValues f (frame: Frame<'R, 'C>) : Frame<'R, 'C> =
        frame.Columns |> Series.filterValues f |> FrameOf.columns

    /// What the function gives for each column.
    [<CompiledName("SelectColumns")>]
    let mapCols (f: 'C -> ObjectSeries<'R> -> #ISeries<'R2>) (frame: Frame<'R, 'C>) : Frame<'R2, 'C> =
        frame.Columns |> Series.map f |> FrameOf.columns

    /// What the function gives for each column.
    [<CompiledName("SelectColumnValues")>]
    let mapColValues (f: ObjectSeries<'R> -> #ISeries<'R2>) (frame: Frame<'R, 'C>) : Frame<'R2, 'C> =
        frame.Columns |> Series.mapValues f |> FrameOf.columns

    /// With the given value wherever one is missing in a column of its type, or of a wider one.
    [<CompiledName("FillMissingWith")>]
    let fillMissingWith (value: 'T) (frame: Frame<'R, 'C>) =
        Frame<'R, 'C>(
            frame.RowKeyIndex,
            frame.ColumnKeyIndex,
            frame.Data |> Array.map (fun (column: Column) -> column.Fill(box value))
        )

    let private rowsWhere test (frame: Frame<'R, 'C>) =
        [| for i in 0 .. frame.RowCount - 1 do
               if frame.Data |> test (fun (column: Column) -> column.GetObject(i).HasValue) then
                   i |]
        |> frame.SelectRows

    /// The rows without missing values.
    [<CompiledName("DropSparseRows")>]
    let dropSparseRows (frame: Frame<'R, 'C>) = rowsWhere Array.forall frame

    /// The rows with a value.
    [<CompiledName("DropEmptyRows")>]
    let dropEmptyRows (frame: Frame<'R, 'C>) = rowsWhere Array.exists frame

    /// The columns without missing values.
    [<CompiledName("DropSparseColumns")>]
    let dropSparseCols (frame: Frame<'R, 'C>) = filterCols (fun _ column -> column.ValueCount = column.KeyCount) frame

    /// The columns of both frames by row keys.
    [<CompiledName("Join")>]
    let join kind (frame1: Frame<'R, 'C>) frame2 = frame1.Join(frame2, kind)

    /// The rows ordered by groups of equal results, which become part of the keys.
    [<CompiledName("GroupRowsUsing")>]
    let groupRowsUsing (selector: _ -> _ -> 'K) (frame: Frame<'R, 'C>) = frame.GroupRowsUsing(Func<_, _, _> selector)

    /// The rows ordered by groups of equal values of a column, which become part of the keys.
    [<CompiledName("GroupRowsBy")>]
    let groupRowsBy column (frame: Frame<'R, 'C>) : Frame<'K * _, _> = frame.GroupRowsBy<'K>(column)

    /// As `groupRowsBy`, by texts.
    [<CompiledName("GroupRowsByString")>]
    let groupRowsByString column (frame: Frame<'R, 'C>) : Frame<string * _, _> = groupRowsBy column frame

    /// As `groupRowsBy`, by whole numbers.
    [<CompiledName("GroupRowsByInt")>]
    let groupRowsByInt column (frame: Frame<'R, 'C>) : Frame<int * _, _> = groupRowsBy column frame

    /// What the function gives for the values of each group of each column of the type.
    [<CompiledName("ApplyLevel")>]
    let applyLevel (levelSel: _ -> 'K) (op: _ -> 'T) (frame: Frame<'R, 'C>) : Frame<'K, 'C> =
        frame.GetColumns<'T>()
        |> Series.map (fun _ s -> Series.applyLevel levelSel op s)
        |> FrameOf.columns

    /// A frame for each first part of the keys.
    [<CompiledName("Nest")>]
    let nest (frame: Frame<'R1 * 'R2, 'C>) : Series<'R1, Frame<'R2, 'C>> =
        let groups = frame.RowKeys |> Seq.indexed |> Seq.groupBy (snd >> fst) |> Array.ofSeq

        let part rows =
            let rows = Array.ofSeq rows

            frame.SelectRows(Array.map fst rows)
            |> indexRowsWith (rows |> Array.map (snd >> snd))

        Series(Seq.map fst groups, groups |> Seq.map (snd >> part))
