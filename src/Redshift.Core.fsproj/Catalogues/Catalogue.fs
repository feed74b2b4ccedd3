namespace Redshift.Core.Catalogues

open System
open Deedle

/// The per-object columns of a catalogue.
module internal Objects =

    /// A frame with row keys 0 … n-1 of number columns (NaN is missing) and text columns (null is missing).
    let frame (count: int) (numbers: (string * float[]) list) (texts: (string * string[]) list) : Frame<int, string> =
        let keys = Array.init count id
        let result = Frame.ofRowKeys keys

        for name, values in texts do
            result.AddColumn(name, Series(keys, values))

        for name, values in numbers do
            result.AddColumn(name, Series(keys, values))

        result

    /// The rows at those places, with row keys from 0.
    let select (rows: int[]) (objects: Frame<int, string>) : Frame<int, string> =
        let keys = Array.init rows.Length id
        let result = Frame.ofRowKeys keys

        let pick name (missing: 'T) =
            let values = objects.GetColumn<'T> name |> Series.valuesAll |> Seq.toArray
            Series(keys, rows |> Array.map (fun row -> defaultArg values[row] missing))

        for name, kind in Seq.zip (Seq.toArray objects.ColumnKeys) (Seq.toArray objects.ColumnTypes) do
            if kind = typeof<string> then
                result.AddColumn(name, pick name (null: string))
            else
                result.AddColumn(name, pick name nan)

        result

/// Objects of a survey, or a chunk of them: spectra as dense float32 matrices, everything per object in a frame.
/// n rows, k = `Survey.SampleCount` samples.
[<NoComparison; ReferenceEquality>]
type Catalogue =
    {
        /// What the columns mean.
        Survey: Survey
        /// The file as the user named it, or what made the rows.
        Source: string
        /// [n] each row's place among the input's data rows, from 0; rows that were skipped count.
        RowNumbers: int[]
        /// [n] ids as text, "" where a row has none; empty where the file or survey has no id.
        Ids: string[]
        /// [n x k] row-major, in `Survey.Unit`; NaN where there is no value.
        Samples: float32[]
        /// [n x k] 1-sigma errors, NaN where not given; empty where the file has no error column.
        SampleErrors: float32[]
        /// [n x k] why a sample has no value; empty for surveys without sentinels, where NaN means not observed.
        SampleStates: SampleState[]
        /// [n x k] for samples that were not detected, the survey's limit, in the samples' unit; NaN for all others
        /// and where it is not known; empty for surveys that give none.
        SampleLimits: float32[]
        /// [n] NaN where missing; empty where the file has no such column.
        Redshift: float[]
        /// For each of `Survey.AllTargets`, [n] whether the row passes the target's filters; empty where it has none.
        Passing: bool[][]
        /// `Objects`, made when it is first asked for: most work needs the arrays alone.
        ObjectFrame: Lazy<Frame<int, string>>
        /// The rows at fault that were skipped, in order; at most `ReadOptions.MostListed` for a whole file.
        Skipped: CatalogueError list
        /// How many rows were skipped.
        SkippedCount: int
    }

    /// The number of rows, n.
    member this.Count = this.RowNumbers.Length

    /// Row keys 0 … n-1. Columns: `id`, the targets by name, then the survey's further columns that the file has.
    member this.Objects: Frame<int, string> = this.ObjectFrame.Value

    /// The number of samples of a spectrum, k.
    member this.SampleCount = this.Survey.SampleCount

    /// Whether the file has a redshift column.
    member this.HasRedshift = this.Redshift.Length > 0

    /// Whether the file has error columns.
    member this.HasErrors = this.SampleErrors.Length > 0

    /// [k] the samples of row `i`.
    member this.Spectrum(i: int) : ReadOnlySpan<float32> =
        ReadOnlySpan(this.Samples, i * this.SampleCount, this.SampleCount)

    /// [k] the errors of row `i`; empty where there are none.
    member this.Errors(i: int) : ReadOnlySpan<float32> =
        if this.HasErrors then
            ReadOnlySpan(this.SampleErrors, i * this.SampleCount, this.SampleCount)
        else
            ReadOnlySpan.Empty

    /// [k] why samples of row `i` have no value; empty where NaN means not observed.
    member this.States(i: int) : ReadOnlySpan<SampleState> =
        if this.SampleStates.Length > 0 then
            ReadOnlySpan(this.SampleStates, i * this.SampleCount, this.SampleCount)
        else
            ReadOnlySpan.Empty

    /// [k] the limits of samples of row `i` that were not detected, NaN where not known; empty where none are given.
    member this.Limits(i: int) : ReadOnlySpan<float32> =
        if this.SampleLimits.Length > 0 then
            ReadOnlySpan(this.SampleLimits, i * this.SampleCount, this.SampleCount)
        else
            ReadOnlySpan.Empty

    /// Whether row `i` passes the filters of that target of the survey; true for targets the survey does not have.
    member this.Passes(target: string, i: int) : bool =
        match this.Survey.AllTargets |> List.tryFindIndex (fun t -> t.Name = target) with
        | Some t -> this.Passing[t].Length = 0 || this.Passing[t][i]
        | None -> true

    /// The rows that pass the filters of that target, as indices.
    member this.RowsFor(target: string) : int[] =
        let passing =
            this.Survey.AllTargets
            |> List.tryFindIndex (fun t -> t.Name = target)
            |> Option.map (fun t -> this.Passing[t])
            |> Option.defaultValue [||]

        if passing.Length = 0 then
            Array.init this.Count id
        else
            [| for row in 0 .. passing.Length - 1 do
                   if passing[row] then
                       row |]

    /// The rows at those indices, in that order; the list of skipped rows stays.
    member this.Select(rows: int[]) : Catalogue =
        let k = this.SampleCount

        let pick (values: 'T[]) =
            if values.Length = 0 then
                values
            else
                rows |> Array.map (fun row -> values[row])

        let pickRows (values: 'T[]) =
            let result =
                if values.Length = 0 then
                    values
                else
                    Array.zeroCreate (rows.Length * k)

            if values.Length > 0 then
                rows |> Array.iteri (fun i row -> Array.Copy(values, row * k, result, i * k, k))

            result

        let objects = this.ObjectFrame

        { this with
            RowNumbers = pick this.RowNumbers
            Ids = pick this.Ids
            Samples = pickRows this.Samples
            SampleErrors = pickRows this.SampleErrors
            SampleStates = pickRows this.SampleStates
            SampleLimits = pickRows this.SampleLimits
            Redshift = pick this.Redshift
            Passing = this.Passing |> Array.map pick
            ObjectFrame = lazy (Objects.select rows objects.Value) }
