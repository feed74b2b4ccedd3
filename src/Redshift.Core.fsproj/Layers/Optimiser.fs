namespace Redshift.Core.Layers

open Redshift.Core

/// Stochastic gradient descent: v = momentum v + g; w = w - rate v (Keras's and PyTorch's form differ only in where the
/// rate enters; this is PyTorch's).
type Sgd = { Momentum: float; Nesterov: bool }

/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - rate m' / (sqrt v' + epsilon), with m' and v' the bias-corrected
/// moments (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1).
type Adam =
    { Beta1: float
      Beta2: float
      Epsilon: float }

/// Mean square a = rho a + (1 - rho) g^2; w = w - rate g / (sqrt a + epsilon) (Tieleman & Hinton 2012; epsilon outside
/// the root, as PyTorch).
type RmsProp =
    { Rho: float
      Epsilon: float
      Momentum: float }

/// How a gradient moves the weights. The learning rate is the schedule's.
[<RequireQualifiedAccess>]
type Optimiser =
    | Sgd of Sgd
    | Adam of Adam
    /// Adam with decoupled weight decay: first w = w - rate decay w for kernels (Loshchilov & Hutter 2019, arXiv:1711.05101).
    | AdamW of Adam * decay: float
    /// u = max(b2 u, |g|); w = w - rate / (1 - b1^t) m / (u + epsilon) (Kingma & Ba 2015, algorithm 2, with Keras's epsilon).
    | Adamax of Adam
    | RmsProp of RmsProp

/// One member an optimiser, for backends.
type IOptimiserInterpreter<'T> =
    abstract Sgd: Sgd -> 'T
    abstract Adam: Adam -> 'T
    abstract AdamW: Adam * decay: float -> 'T
    abstract Adamax: Adam -> 'T
    abstract RmsProp: RmsProp -> 'T

type Optimiser with

    /// The optimiser turned into something else.
    member this.Interpret(interpreter: IOptimiserInterpreter<'T>) : 'T =
        match this with
        | Optimiser.Sgd sgd -> interpreter.Sgd sgd
        | Optimiser.Adam adam -> interpreter.Adam adam
        | Optimiser.AdamW(adam, decay) -> interpreter.AdamW(adam, decay)
        | Optimiser.Adamax adamax -> interpreter.Adamax adamax
        | Optimiser.RmsProp rms -> interpreter.RmsProp rms

/// Optimisers with Keras's defaults, and as JSON.
module Optimiser =

    /// beta1 0.9, beta2 0.999, epsilon 1e-7.
    let keras =
        { Beta1 = 0.9
          Beta2 = 0.999
          Epsilon = 1e-7 }

    let adam = Optimiser.Adam keras
    let adamax = Optimiser.Adamax keras
    let adamW decay = Optimiser.AdamW(keras, decay)

    let sgd momentum =
        Optimiser.Sgd
            { Momentum = momentum
              Nesterov = false }

    /// rho 0.9, epsilon 1e-7, no momentum.
    let rmsProp =
        Optimiser.RmsProp
            { Rho = 0.9
              Epsilon = 1e-7
              Momentum = 0.0 }

    let private moments (a: Adam) =
        [ "beta1", Json.float a.Beta1; "beta2", Json.float a.Beta2; "epsilon", Json.float a.Epsilon ]

    let internal write (optimiser: Optimiser) : JsonValue =
        let make name fields = Json.object (("type", Json.string name) :: fields)

        match optimiser with
        | Optimiser.Sgd s -> make "sgd" [ "momentum", Json.float s.Momentum; "nesterov", Json.bool s.Nesterov ]
        | Optimiser.Adam a -> make "adam" (moments a)
        | Optimiser.AdamW(a, decay) -> make "adamw" (moments a @ [ "decay", Json.float decay ])
        | Optimiser.Adamax a -> make "adamax" (moments a)
        | Optimiser.RmsProp r ->
            make
                "rmsprop"
                [ "rho", Json.float r.Rho; "epsilon", Json.float r.Epsilon; "momentum", Json.float r.Momentum ]

    let private fraction (json: JsonReader) =
        let value = json.Float

        if value >= 0.0 && value < 1.0 then
            value
        else
            json.Fail "a number in [0, 1)"

    let private readMoments (o: JsonFields) =
        { Beta1 = o.Default("beta1", keras.Beta1, fraction)
          Beta2 = o.Default("beta2", keras.Beta2, fraction)
          Epsilon = o.Default("epsilon", keras.Epsilon, _.Positive) }

    let private cases: (string * (JsonFields -> Optimiser)) list =
        [ "sgd",
          (fun o ->
              Optimiser.Sgd
                  { Momentum = o.Default("momentum", 0.0, fraction)
                    Nesterov = o.Default("nesterov", false, _.Bool) })
          "adam", (readMoments >> Optimiser.Adam)
          "adamw", (fun o -> Optimiser.AdamW(readMoments o, o.Required("decay", _.NonNegative)))
          "adamax", (readMoments >> Optimiser.Adamax)
          "rmsprop",
          (fun o ->
              Optimiser.RmsProp
                  { Rho = o.Default("rho", 0.9, fraction)
                    Epsilon = o.Default("epsilon", 1e-7, _.Positive)
                    Momentum = o.Default("momentum", 0.0, fraction) }) ]

    let internal read (json: JsonReader) : Optimiser = json.Object(fun o -> (o.Case("type", cases)) o)
