namespace Redshift.Core.Layers

open Redshift.Core

/// What training makes small: the mean over a batch's objects and outputs.
[<RequireQualifiedAccess>]
type Loss =
    /// (output - target)^2.
    | Mse
    /// |output - target|.
    | Mae
    /// e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2); Huber 1964.
    | Huber of delta: float
    /// - sum target log softmax(output): outputs are logits, targets sum to 1; mean over objects alone.
    | CrossEntropy

/// One member a loss, for backends.
type ILossInterpreter<'T> =
    abstract Mse: unit -> 'T
    abstract Mae: unit -> 'T
    abstract Huber: delta: float -> 'T
    abstract CrossEntropy: unit -> 'T

type Loss with

    /// The loss turned into something else.
    member this.Interpret(interpreter: ILossInterpreter<'T>) : 'T =
        match this with
        | Loss.Mse -> interpreter.Mse()
        | Loss.Mae -> interpreter.Mae()
        | Loss.Huber delta -> interpreter.Huber delta
        | Loss.CrossEntropy -> interpreter.CrossEntropy()

/// Losses as JSON.
module Loss =

    let internal write (loss: Loss) : JsonValue =
        match loss with
        | Loss.Mse -> Json.object [ "type", Json.string "mse" ]
        | Loss.Mae -> Json.object [ "type", Json.string "mae" ]
        | Loss.Huber delta -> Json.object [ "type", Json.string "huber"; "delta", Json.float delta ]
        | Loss.CrossEntropy -> Json.object [ "type", Json.string "cross_entropy" ]

    let private cases: (string * (JsonFields -> Loss)) list =
        [ "mse", (fun _ -> Loss.Mse)
          "mae", (fun _ -> Loss.Mae)
          "huber", (fun o -> Loss.Huber(o.Default("delta", 1.0, _.Positive)))
          "cross_entropy", (fun _ -> Loss.CrossEntropy) ]

    let internal read (json: JsonReader) : Loss = json.Object(fun o -> (o.Case("type", cases)) o)

/// What a penalty adds to the loss for every kernel weight w (not biases): l1 |w| + l2 w^2, as Keras does.
type Penalty =
    { L1: float
      L2: float }

    /// No penalty.
    static member None = { L1 = 0.0; L2 = 0.0 }
