namespace Deedle

open System

/// Statistics of the values that are present; NaN if there are too few of them.
type Stats =
    static member private Floats(series: Series<'K, 'V>) = series.Column.Numbers

    /// Mean power of the deviations from the mean.
    static member private CentralMoment (order: int) (values: float[]) =
        let mean = Array.average values
        values |> Array.averageBy (fun v -> pown (v - mean) order)

    /// How many values are present.
    static member count(series: Series<'K, 'V>) = series.ValueCount

    /// The sum; NaN of none.
    static member sum(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||] -> nan
        | values -> Array.sum values

    /// The mean.
    static member mean(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||] -> nan
        | values -> Array.average values

    /// The variance with n - 1 degrees of freedom.
    static member variance(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||]
        | [| _ |] -> nan
        | values ->
            let n = float values.Length
            Stats.CentralMoment 2 values * n / (n - 1.0)

    /// The standard deviation with n - 1 degrees of freedom.
    static member stdDev(series: Series<'K, 'V>) : float = sqrt (Stats.variance series)

    /// The adjusted Fisher-Pearson skewness; NaN of fewer than three values, or equal ones.
    static member skew(series: Series<'K, 'V>) : float =
        let values = Stats.Floats series
        let n = float values.Length

        if n < 3.0 || Stats.CentralMoment 2 values = 0.0 then
            nan
        else
            let skewness = Stats.CentralMoment 3 values / Stats.CentralMoment 2 values ** 1.5
            sqrt (n * (n - 1.0)) / (n - 2.0) * skewness

    /// The adjusted excess kurtosis; NaN of fewer than four values, or equal ones.
    static member kurt(series: Series<'K, 'V>) : float =
        let values = Stats.Floats series
        let n = float values.Length

        if n < 4.0 || Stats.CentralMoment 2 values = 0.0 then
            nan
        else
            let kurtosis = Stats.CentralMoment 4 values / Stats.CentralMoment 2 values ** 2.0
            ((n * n - 1.0) * kurtosis - 3.0 * (n - 1.0) ** 2.0) / ((n - 2.0) * (n - 3.0))

    /// The least value.
    static member tryMin(series: Series<'K, 'V>) =
        if series.ValueCount = 0 then
            None
        else
            Some(Seq.min series.Values)

    /// The greatest value.
    static member tryMax(series: Series<'K, 'V>) =
        if series.ValueCount = 0 then
            None
        else
            Some(Seq.max series.Values)

    /// The least value.
    static member min(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||] -> nan
        | values -> Array.min values

    /// The greatest value.
    static member max(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||] -> nan
        | values -> Array.max values

    /// How many different values there are.
    static member uniqueCount(series: Series<'K, 'V>) = series.Values |> Seq.distinct |> Seq.length

    /// The observation for which the function is greatest.
    static member maxBy (f: 'T -> 'V) (series: Series<'K, 'T>) =
        if series.ValueCount = 0 then
            None
        else
            Some(series |> Series.observations |> Seq.maxBy (snd >> f))

    /// The observation for which the function is least.
    static member minBy (f: 'T -> 'V) (series: Series<'K, 'T>) =
        if series.ValueCount = 0 then
            None
        else
            Some(series |> Series.observations |> Seq.minBy (snd >> f))

    /// The median; the mean of the two middle values of an even number.
    static member median(series: Series<'K, 'V>) : float =
        match Stats.Floats series with
        | [||] -> nan
        | values ->
            let sorted = Array.sort values
            let half = values.Length / 2

            if values.Length % 2 = 1 then
                sorted[half]
            else
                (sorted[half - 1] + sorted[half]) / 2.0

    /// Linearly interpolated quantiles (0 to 1) by their text, such as "0.25"; NaN outside 0 to 1.
    static member quantile(quantiles: float[], series: Series<'K, 'V>) : Series<string, float> =
        let sorted = Stats.Floats series |> Array.sort

        let at q =
            if sorted.Length = 0 || not (q >= 0.0 && q <= 1.0) then
                nan
            else
                let position = q * float (sorted.Length - 1)
                let below = int position
                let above = Operators.min (below + 1) (sorted.Length - 1)
                sorted[below] + (sorted[above] - sorted[below]) * (position - float below)

        quantiles |> Array.map (fun q -> string q, at q) |> Series.ofObservations

    /// `unique`, `mean`, `std`, `min`, `0.25`, `0.5`, `0.75`, `max`.
    static member describe(series: Series<'K, 'V>) : Series<string, float> =
        [ yield "unique", float (Stats.uniqueCount series)
          yield "mean", Stats.mean series
          yield "std", Stats.stdDev series
          yield "min", Stats.min series
          yield! Stats.quantile ([| 0.25; 0.5; 0.75 |], series) |> Series.observations
          yield "max", Stats.max series ]
        |> Series.ofObservations

    /// How many values of each column are present.
    static member count(frame: Frame<'R, 'C>) = frame.Columns |> Series.map (fun _ s -> Stats.count s)

    /// The sum of each column of numbers.
    static member sum(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.sum s)

    /// The mean of each column of numbers.
    static member mean(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.mean s)

    /// The median of each column of numbers.
    static member median(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.median s)

    /// The standard deviation of each column of numbers.
    static member stdDev(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.stdDev s)

    /// The variance of each column of numbers.
    static member variance(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.variance s)

    /// The skewness of each column of numbers.
    static member skew(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.skew s)

    /// The kurtosis of each column of numbers.
    static member kurt(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.kurt s)

    /// The least value of each column of numbers.
    static member min(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.min s)

    /// The greatest value of each column of numbers.
    static member max(frame: Frame<'R, 'C>) = frame.GetColumns<float>() |> Series.map (fun _ s -> Stats.max s)

    /// How many different values each column has.
    static member uniqueCount(frame: Frame<'R, 'C>) = frame.Columns |> Series.map (fun _ s -> Stats.uniqueCount s)

    /// `describe` of each column of numbers, a column each.
    static member describe(frame: Frame<'R, 'C>) : Frame<string, 'C> =
        frame.GetColumns<float>()
        |> Series.map (fun _ s -> Stats.describe s)
        |> FrameOf.columns
