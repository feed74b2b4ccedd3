namespace Redshift.Core.Layers

open Redshift.Core

/// Layers as JSON: `{ "type": "conv1d", "filters": 256, "kernel": 5, … }`; a sequence is a list. What a layer's
/// constructor in `LayerSyntax` takes as given may be left out. `read (write x) = x` for every layer.
module internal LayerJson =

    let private initialisers =
        [ "glorot-uniform", Initialiser.GlorotUniform
          "he-uniform", Initialiser.HeUniform
          "he-normal", Initialiser.HeNormal ]

    let private activations =
        [ "linear", ActivationKind.Linear
          "relu", ActivationKind.Relu
          "sigmoid", ActivationKind.Sigmoid
          "tanh", ActivationKind.Tanh
          "softmax", ActivationKind.Softmax
          "gelu", ActivationKind.Gelu
          "softplus", ActivationKind.Softplus ]

    /// The name of an activation, as in JSON and in summaries.
    let activationName kind = activations |> List.find (fun (_, k) -> k = kind) |> fst

    let private initialiserName kind = initialisers |> List.find (fun (_, k) -> k = kind) |> fst

    let rec write (layer: Layer) : JsonValue =
        let make name fields = Json.object (("type", Json.string name) :: fields)

        match layer with
        | Layer.Dense l ->
            make
                "dense"
                [ "units", Json.int l.Units
                  "bias", Json.bool l.Bias
                  "initialiser", Json.string (initialiserName l.Initialiser) ]
        | Layer.Conv1d l ->
            make
                "conv1d"
                [ "filters", Json.int l.Filters
                  "kernel", Json.int l.Kernel
                  "stride", Json.int l.Stride
                  "padding", Json.int l.Padding
                  "bias", Json.bool l.Bias
                  "initialiser", Json.string (initialiserName l.Initialiser) ]
        | Layer.MaxPool1d l -> make "max_pool1d" [ "size", Json.int l.Size; "stride", Json.int l.Stride ]
        | Layer.AvgPool1d l -> make "avg_pool1d" [ "size", Json.int l.Size; "stride", Json.int l.Stride ]
        | Layer.Activation l -> make (activationName l.Kind) []
        | Layer.Dropout l -> make "dropout" [ "rate", Json.float l.Rate ]
        | Layer.BatchNorm l -> make "batch_norm" [ "momentum", Json.float l.Momentum; "epsilon", Json.float l.Epsilon ]
        | Layer.LayerNorm l -> make "layer_norm" [ "epsilon", Json.float l.Epsilon ]
        | Layer.Flatten -> make "flatten" []
        | Layer.GraphAttention l ->
            make "graph_attention" [ "heads", Json.int l.Heads; "units", Json.int l.Units; "slope", Json.float l.Slope ]
        | Layer.GraphIdentity -> make "graph_identity" []
        | Layer.GraphMean -> make "graph_mean" []
        | Layer.Residual inner -> make "residual" [ "inner", write inner ]
        | Layer.Sequence chain -> Json.list (List.map write chain.Layers)

    let private initialiser (o: JsonFields) = o.Default("initialiser", Initialiser.GlorotUniform, _.OneOf(initialisers))

    let private pool (o: JsonFields) : Pool1d =
        let size = o.Required("size", _.Int)

        { Size = size
          Stride = o.Default("stride", size, _.Int) }

    let private simple =
        [ "dense",
          (fun (o: JsonFields) ->
              Layer.Dense
                  { Units = o.Required("units", _.Int)
                    Bias = o.Default("bias", true, _.Bool)
                    Initialiser = initialiser o })
          "conv1d",
          (fun o ->
              Layer.Conv1d
                  { Filters = o.Required("filters", _.Int)
                    Kernel = o.Required("kernel", _.Int)
                    Stride = o.Default("stride", 1, _.Int)
                    Padding = o.Default("padding", 0, _.Int)
                    Bias = o.Default("bias", true, _.Bool)
                    Initialiser = initialiser o })
          "max_pool1d", (fun o -> Layer.MaxPool1d(pool o))
          "avg_pool1d", (fun o -> Layer.AvgPool1d(pool o))
          "dropout", (fun o -> Layer.Dropout { Rate = o.Required("rate", _.Float) })
          "batch_norm",
          (fun o ->
              Layer.BatchNorm
                  { Momentum = o.Default("momentum", 0.99, _.Float)
                    Epsilon = o.Default("epsilon", 1e-3, _.Float) })
          "layer_norm", (fun o -> Layer.LayerNorm { Epsilon = o.Default("epsilon", 1e-3, _.Float) })
          "flatten", (fun _ -> Layer.Flatten)
          "graph_attention",
          (fun o ->
              Layer.GraphAttention
                  { Heads = o.Required("heads", _.Int)
                    Units = o.Required("units", _.Int)
                    Slope = o.Default("slope", 0.2, _.Float) })
          "graph_identity", (fun _ -> Layer.GraphIdentity)
          "graph_mean", (fun _ -> Layer.GraphMean) ]
        @ (activations
           |> List.map (fun (name, kind) -> name, (fun _ -> Layer.Activation { Kind = kind })))

    let rec read (json: JsonReader) : Layer =
        if json.IsObject then
            json.Object(fun o ->
                o.Case
                    ("type",
                     ("residual", (fun (o: JsonFields) -> Layer.Residual(o.Required("inner", read))))
                     :: simple)
                    o)
        else
            Layer.ofList (json.List read)
