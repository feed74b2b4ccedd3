namespace Redshift.Core.Flags

open System

/// What there is to be careful about in one object's redshift: a bit mask, the sum of the values that hold. The values
/// never change their meaning; new ones take new bits.
[<Flags>]
type RedshiftFlags =
    /// Nothing was found.
    | None = 0
    /// The object is brighter or fainter than every training object, by the mean absolute flux of its observed samples.
    | OutOfTrainingRange = 1
    /// The shape of the spectrum is unlike that of any training object of its brightness; what the network says of such
    /// an object means nothing.
    | UnlikeTraining = 2
    /// p(z) has a second peak that holds at least 10 % of the probability.
    | SeveralPeaks = 4
    /// p(z) is highest in the first or last bin of its grid: the redshift may lie beyond.
    | GridEdge = 8
    /// At least one sample has no value and was filled in.
    | ImputedInput = 16
    /// The signal-to-noise ratio of the spectrum is below 3, or no sample was observed.
    | LowSignal = 32

/// The flags' names and meanings, the one list that files and reports are made from.
module RedshiftFlags =

    /// Each flag with its name in files and its meaning in a sentence, by rising value.
    let all: (RedshiftFlags * string * string) list =
        [ RedshiftFlags.OutOfTrainingRange,
          "out_of_training_range",
          "The object is brighter or fainter than every training object."
          RedshiftFlags.UnlikeTraining,
          "unlike_training",
          "The shape of the spectrum is unlike that of the training objects, so that its redshift means nothing."
          RedshiftFlags.SeveralPeaks,
          "several_peaks",
          "p(z) has a second peak that holds at least 10 % of the probability."
          RedshiftFlags.GridEdge, "grid_edge", "p(z) is highest at an end of its grid; the redshift may lie beyond."
          RedshiftFlags.ImputedInput, "imputed_input", "At least one sample has no value and was filled in."
          RedshiftFlags.LowSignal,
          "low_signal",
          "The signal-to-noise ratio of the spectrum is below 3, or no sample was observed." ]

    /// The names of the flags that are set, by rising value.
    let names (flags: RedshiftFlags) : string list =
        all
        |> List.filter (fun (flag, _, _) -> flags &&& flag = flag)
        |> List.map (fun (_, name, _) -> name)
