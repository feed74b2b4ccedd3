namespace Redshift.Core.Layers

open System.Collections.Generic
open Redshift.Core

/// What training makes small: the mean over a batch's objects and outputs. An object's part may carry a weight; the mean
/// is then the weighted sum over the number of objects, so that weights of mean 1 keep its scale.
[<RequireQualifiedAccess>]
type Loss =
    /// (output - target)^2.
    | Mse
    /// |output - target|.
    | Mae
    /// e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2); Huber 1964.
    | Huber of delta: float
    /// - sum target log softmax(output): outputs are logits, targets sum to 1; mean over objects alone. Of several targets
    /// (`Head.Joint`) the sum over them, each with its own softmax, its labels times its weight, none where it is not known.
    | CrossEntropy
    /// The negative log likelihood of a redshift t under a normal distribution, outputs m and s = log width:
    /// s + ((t - m) / exp s)^2 / 2 + log(2 pi) / 2 (Nix & Weigend 1994, doi:10.1109/ICNN.1994.374138).
    | GaussianNll
    /// The negative log likelihood under a mixture of normal distributions, outputs as of `Head.Mixture` (Bishop 1994,
    /// "Mixture density networks", eq. 29).
    | MixtureNll

/// One member a loss, for backends.
type ILossInterpreter<'T> =
    abstract Mse: unit -> 'T
    abstract Mae: unit -> 'T
    abstract Huber: delta: float -> 'T
    /// `groups`: how many outputs are softmaxed together, one after the other.
    abstract CrossEntropy: groups: IReadOnlyList<int> -> 'T
    abstract GaussianNll: unit -> 'T
    abstract MixtureNll: unit -> 'T

type Loss with

    /// The loss of a network with this head turned into something else.
    member this.Interpret(head: Head, interpreter: ILossInterpreter<'T>) : 'T =
        match this with
        | Loss.Mse -> interpreter.Mse()
        | Loss.Mae -> interpreter.Mae()
        | Loss.Huber delta -> interpreter.Huber delta
        | Loss.CrossEntropy -> interpreter.CrossEntropy(Head.groups head |> List.toArray)
        | Loss.GaussianNll -> interpreter.GaussianNll()
        | Loss.MixtureNll -> interpreter.MixtureNll()

/// Losses as JSON.
module Loss =

    /// Why a network with this head cannot be trained by this loss, if so: what the loss should be.
    let misfit (head: Head) (loss: Loss) : string option =
        let fits, expected =
            match head, loss with
            | Head.Point _, (Loss.Mse | Loss.Mae | Loss.Huber _) -> true, ""
            | Head.Point _, (Loss.CrossEntropy | Loss.GaussianNll | Loss.MixtureNll) ->
                false, "mse, mae or huber for a point head"
            | Head.Gaussian, _ -> (loss = Loss.GaussianNll), "gaussian_nll for a gaussian head"
            | Head.Mixture _, _ -> (loss = Loss.MixtureNll), "mixture_nll for a mixture head"
            | Head.Binned _, _ -> (loss = Loss.CrossEntropy), "cross_entropy for a binned head"
            | Head.Classes _, _ -> (loss = Loss.CrossEntropy), "cross_entropy for a head of classes"
            | Head.Joint _, _ -> (loss = Loss.CrossEntropy), "cross_entropy for a joint head"

        if fits then None else Some expected

    let internal write (loss: Loss) : JsonValue =
        match loss with
        | Loss.Mse -> Json.object [ "type", Json.string "mse" ]
        | Loss.Mae -> Json.object [ "type", Json.string "mae" ]
        | Loss.Huber delta -> Json.object [ "type", Json.string "huber"; "delta", Json.float delta ]
        | Loss.CrossEntropy -> Json.object [ "type", Json.string "cross_entropy" ]
        | Loss.GaussianNll -> Json.object [ "type", Json.string "gaussian_nll" ]
        | Loss.MixtureNll -> Json.object [ "type", Json.string "mixture_nll" ]

    let private cases: (string * (JsonFields -> Loss)) list =
        [ "mse", (fun _ -> Loss.Mse)
          "mae", (fun _ -> Loss.Mae)
          "huber", (fun o -> Loss.Huber(o.Default("delta", 1.0, _.Positive)))
          "cross_entropy", (fun _ -> Loss.CrossEntropy)
          "gaussian_nll", (fun _ -> Loss.GaussianNll)
          "mixture_nll", (fun _ -> Loss.MixtureNll) ]

    let internal read (json: JsonReader) : Loss = json.Object(fun o -> (o.Case("type", cases)) o)

/// What a penalty adds to the loss for every kernel weight w (not biases): l1 |w| + l2 w^2, as Keras does.
type Penalty =
    { L1: float
      L2: float }

    /// No penalty.
    static member None = { L1 = 0.0; L2 = 0.0 }
