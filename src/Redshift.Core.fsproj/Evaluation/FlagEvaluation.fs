namespace Redshift.Core.Evaluation

open System
open Redshift.Core
open Redshift.Core.Flags

/// How good predictions are among the objects of one flag.
type FlagScore =
    {
        /// The flag's name; `none` of objects without any.
        Name: string
        /// Its value in files; 0 of objects without any.
        Value: int
        Meaning: string
        /// Objects with it.
        N: int
        /// Their share of all, 0 to 1.
        Share: float
        /// Mean |z_phot - z_spec|; NaN of no objects.
        Mae: float
        /// Share with |Delta| > 0.15, 0 to 1; NaN of no objects.
        Outlier015: float
    }

/// Scoring flags.
module FlagEvaluation =

    /// Objects without a flag, then each flag; an object with several counts in each of them. One number of each kind an
    /// object; predictions that are not finite are counted and not scored.
    let evaluate (truth: float[]) (predicted: float[]) (flags: RedshiftFlags[]) : FlagScore list =
        let score name value meaning has =
            let inside =
                [| for i in 0 .. flags.Length - 1 do
                       if has flags[i] then
                           i |]

            let scored = inside |> Array.filter (fun i -> Double.IsFinite predicted[i])

            let mean (value: int -> float) =
                if scored.Length = 0 then
                    nan
                else
                    Array.averageBy value scored

            { Name = name
              Value = value
              Meaning = meaning
              N = inside.Length
              Share = float inside.Length / float flags.Length
              Mae = mean (fun i -> abs (predicted[i] - truth[i]))
              Outlier015 =
                mean (fun i ->
                    if abs (Sample.delta truth[i] predicted[i]) > 0.15 then
                        1.0
                    else
                        0.0) }

        score "none" 0 "Nothing was found." ((=) RedshiftFlags.None)
        :: [ for flag, name, meaning in RedshiftFlags.all -> score name (int flag) meaning (fun f -> f &&& flag = flag) ]

    /// The key `flags` of `metrics.json`: from name to count, mean absolute error and share of outliers.
    let toFields (scores: FlagScore list) : (string * JsonValue) list =
        [ "flags",
          Json.object
              [ for s in scores do
                    s.Name,
                    Json.object [ "n", Json.int s.N; "mae", Json.float s.Mae; "outlier_0.15", Json.float s.Outlier015 ] ] ]
