namespace Redshift.Core.Calibration

open System
open Redshift.Core

/// How a score of training objects depends on their level (log10 of the mean absolute flux): its mean and standard
/// deviation in groups of objects of like level, straight between the groups' mean levels and flat beyond them.
type ByLevel =
    {
        /// Mean level of each group, rising.
        Levels: float[]
        /// Mean score of each group.
        Means: float[]
        /// Standard deviation of the scores of each group, above 0.
        Deviations: float[]
    }

/// Fitting and applying.
module ByLevel =

    /// The fewest objects of a group.
    [<Literal>]
    let private Least = 50

    /// The most groups.
    [<Literal>]
    let private Most = 20

    /// Objects in groups of like level: the places of `levels` in rising order of level, cut into parts of equal size.
    let internal groups (levels: float[]) : int[][] =
        let order = Array.init levels.Length id
        // The place settles ties, so that the order is one whatever sorts.
        Array.sortInPlaceWith
            (fun (a: int) b ->
                match compare levels[a] levels[b] with
                | 0 -> compare a b
                | unequal -> unequal)
            order

        Array.splitInto (Math.Clamp(levels.Length / Least, 1, Most)) order

    /// Fits to the groups' objects. Groups whose mean levels are the same count as one.
    let internal fit (groups: int[][]) (levels: float[]) (scores: float[]) : ByLevel =
        let mean (values: float[]) (group: int[]) = group |> Array.averageBy (fun i -> values[i])
        let apart = groups |> Array.groupBy (mean levels) |> Array.map (snd >> Array.concat)

        let deviation group =
            let mean = mean scores group
            let variance = group |> Array.averageBy (fun i -> (scores[i] - mean) ** 2.0)
            // Scores that do not differ at all still are numbers with rounding.
            max (sqrt variance) (1e-6 * (1.0 + abs mean))

        { Levels = apart |> Array.map (mean levels)
          Means = apart |> Array.map (mean scores)
          Deviations = apart |> Array.map deviation }

    /// The score less the mean of its level, in standard deviations.
    let standardise (fitted: ByLevel) (level: float) (score: float) : float =
        let levels = fitted.Levels
        let last = levels.Length - 1

        if last = 0 || level <= levels[0] then
            (score - fitted.Means[0]) / fitted.Deviations[0]
        elif level >= levels[last] then
            (score - fitted.Means[last]) / fitted.Deviations[last]
        else
            let mutable i = 0

            while i < last - 1 && level >= levels[i + 1] do
                i <- i + 1

            let part = (level - levels[i]) / (levels[i + 1] - levels[i])
            let between (values: float[]) = values[i] + part * (values[i + 1] - values[i])
            (score - between fitted.Means) / between fitted.Deviations

    let internal write (fitted: ByLevel) : JsonValue =
        let floats values = values |> Seq.map Json.float |> Json.list

        Json.object
            [ "levels", floats fitted.Levels
              "means", floats fitted.Means
              "deviations", floats fitted.Deviations ]

    let internal read (json: JsonReader) : ByLevel =
        let fitted =
            json.Object(fun o ->
                { Levels = o.Required("levels", (fun j -> Array.ofList (j.List _.Float)))
                  Means = o.Required("means", (fun j -> Array.ofList (j.List _.Float)))
                  Deviations = o.Required("deviations", (fun j -> Array.ofList (j.List _.Positive))) })

        let count = fitted.Levels.Length
        let rises = fitted.Levels |> Array.pairwise |> Array.forall (fun (a, b) -> a < b)

        if
            count = 0
            || not rises
            || fitted.Means.Length <> count
            || fitted.Deviations.Length <> count
        then
            json.Fail "rising levels, with a mean and a deviation each"
        else
            fitted
