namespace Redshift.Core.Layers

open System.Collections.Generic
open System.Text
open Redshift.Core

/// One member a layer: what turns a network into something that runs. A backend implements it for its own modules; a new
/// layer adds a member here and so breaks the build of every backend until it is handled.
type ILayerInterpreter<'T> =
    abstract Dense: step: Step * layer: Dense -> 'T
    abstract Conv1d: step: Step * layer: Conv1d -> 'T
    abstract MaxPool1d: step: Step * layer: Pool1d -> 'T
    abstract AvgPool1d: step: Step * layer: Pool1d -> 'T
    abstract Activation: step: Step * kind: ActivationKind -> 'T
    abstract Dropout: step: Step * layer: Dropout -> 'T
    abstract BatchNorm: step: Step * layer: BatchNorm -> 'T
    abstract LayerNorm: step: Step * layer: LayerNorm -> 'T
    abstract Flatten: step: Step -> 'T
    abstract GraphAttention: step: Step * layer: GraphAttention -> 'T
    abstract GraphIdentity: step: Step -> 'T
    abstract GraphMean: step: Step -> 'T
    /// `inner` has been interpreted already, in order.
    abstract Residual: step: Step * inner: IReadOnlyList<'T> -> 'T

/// A checked model: name, input shape, body and head that fit together. It can be made by `Network.create` alone, so
/// whoever holds one never checks shapes again.
[<Sealed>]
type Network private (name: string, input: Shape, body: Layer, head: Head, steps: IReadOnlyList<Step>) =

    member _.Name = name
    /// The shape of one object.
    member _.Input = input
    member _.Body = body
    member _.Head = head
    /// The layers in order, each with its shapes and weights; residuals hold their inner steps.
    member _.Steps = steps
    /// How many numbers come out for one object.
    member _.Outputs = Head.outputs head
    /// How many numbers the loss compares with them.
    member _.Targets = Head.targets head

    /// Every array of weights, in order.
    member _.Parameters: IReadOnlyList<ParameterSpec> =
        steps |> Seq.collect _.AllParameters |> Seq.toArray :> _

    /// How many weights there are.
    member this.ParameterCount = this.Parameters |> Seq.sumBy _.Count

    /// The network with one name, input, body and head; an error says the first place that does not fit.
    static member Create(name: string, input: Shape, body: Layer, head: Head) : Result<Network, ShapeError> =
        let badInput =
            match input with
            | Shape.Features n -> n < 1
            | Shape.Signal(a, b)
            | Shape.Graph(a, b) -> a < 1 || b < 1 || int64 a * int64 b > Limits.MaxNumbers

        if badInput then
            Error
                { Path = "input"
                  Expected = $"dimensions of at least 1 and at most {Limits.MaxNumbers} numbers"
                  Found = $"input: {input}" }
        else
            match Head.check head with
            | Some expected ->
                Error
                    { Path = "head"
                      Expected = expected
                      Found = $"%A{head}" }
            | None ->
                Inference.walk "body" input body
                |> Result.bind (fun steps ->
                    let output = steps |> List.tryLast |> Option.map _.Output |> Option.defaultValue input
                    let needed = Shape.Features(Head.outputs head)
                    let weights = steps |> Seq.collect _.AllParameters |> Seq.sumBy (fun p -> int64 p.Count)

                    if weights > Limits.MaxNumbers then
                        Error
                            { Path = "body"
                              Expected = $"at most {Limits.MaxNumbers} weights"
                              Found = $"weights: {weights}" }
                    elif output = needed then
                        Ok(Network(name, input, body, head, List.toArray steps))
                    else
                        Error
                            { Path = "head"
                              Expected = $"{needed}; end the body in Dense {Head.outputs head}"
                              Found = $"body's output: {output}" })

    /// Two networks are equal where name, input, body and head are.
    override _.Equals(other: obj) =
        other :? Network
        && (let n = other :?> Network in n.Name = name && n.Input = input && n.Body = body && n.Head = head)

    override _.GetHashCode() = hash (name, input, body, head)

/// Networks: making, printing, interpreting, JSON.
module Network =

    /// See `Network.Create`.
    let create (name: string) (input: Shape) (body: Layer) (head: Head) : Result<Network, ShapeError> =
        Network.Create(name, input, body, head)

    /// A step's layer in words: `Conv1d 256 x 5`, `Activation relu`.
    let describe (step: Step) : string =
        match step.Layer with
        | Layer.Dense l -> $"Dense {l.Units}"
        | Layer.Conv1d l ->
            let stride = if l.Stride = 1 then "" else $", stride {l.Stride}"
            let padding = if l.Padding = 0 then "" else $", padding {l.Padding}"
            $"Conv1d {l.Filters} x {l.Kernel}{stride}{padding}"
        | Layer.MaxPool1d l -> $"MaxPool1d {l.Size}"
        | Layer.AvgPool1d l -> $"AvgPool1d {l.Size}"
        | Layer.Activation l -> $"Activation {LayerJson.activationName l.Kind}"
        | Layer.Dropout l -> $"Dropout {l.Rate}"
        | Layer.BatchNorm _ -> "BatchNorm"
        | Layer.LayerNorm _ -> "LayerNorm"
        | Layer.Flatten -> "Flatten"
        | Layer.GraphAttention l -> $"GraphAttention {l.Heads} x {l.Units}"
        | Layer.GraphIdentity -> "GraphIdentity"
        | Layer.GraphMean -> "GraphMean"
        | Layer.Residual _ -> "Residual"
        | Layer.Sequence _ -> "Sequence"

    let rec private interpretStep (interpreter: ILayerInterpreter<'T>) (step: Step) : 'T =
        match step.Layer with
        | Layer.Dense l -> interpreter.Dense(step, l)
        | Layer.Conv1d l -> interpreter.Conv1d(step, l)
        | Layer.MaxPool1d l -> interpreter.MaxPool1d(step, l)
        | Layer.AvgPool1d l -> interpreter.AvgPool1d(step, l)
        | Layer.Activation l -> interpreter.Activation(step, l.Kind)
        | Layer.Dropout l -> interpreter.Dropout(step, l)
        | Layer.BatchNorm l -> interpreter.BatchNorm(step, l)
        | Layer.LayerNorm l -> interpreter.LayerNorm(step, l)
        | Layer.Flatten -> interpreter.Flatten step
        | Layer.GraphAttention l -> interpreter.GraphAttention(step, l)
        | Layer.GraphIdentity -> interpreter.GraphIdentity step
        | Layer.GraphMean -> interpreter.GraphMean step
        | Layer.Residual _
        | Layer.Sequence _ ->
            // The walk flattens sequences, so only a residual has steps inside.
            interpreter.Residual(step, step.Inner |> Seq.map (interpretStep interpreter) |> Seq.toArray)

    /// Each layer turned into something else, in order.
    let interpret (interpreter: ILayerInterpreter<'T>) (network: Network) : IReadOnlyList<'T> =
        network.Steps |> Seq.map (interpretStep interpreter) |> Seq.toArray :> _

    /// One row a layer: path, layer, output shape, parameters.
    let rows (network: Network) : (string * string * string * int) list =
        let rec go (step: Step) =
            (step.Path, describe step, string step.Output, step.ParameterCount)
            :: (step.Inner |> Seq.toList |> List.collect go)

        network.Steps |> Seq.toList |> List.collect go

    let rec private words (head: Head) =
        match head with
        | Head.Point targets -> "Point " + String.concat ", " targets
        | Head.Gaussian -> "Gaussian"
        | Head.Binned(grid, _) -> $"Binned {grid.Bins} in [{grid.Lowest}, {grid.Highest}]"
        | Head.Mixture components -> $"Mixture {components}"
        | Head.Classes names -> "Classes " + String.concat ", " names
        | Head.Joint parts ->
            parts
            |> List.map (fun part -> $"{part.Target}: {words part.Head}")
            |> String.concat "; "

    /// The network as a table, layer by layer, with shapes and parameter counts; lines end in `\n`.
    let summary (network: Network) : string =
        let cells =
            ("", "Input", string network.Input, None)
            :: [ for path, layer, output, count in rows network -> path, layer, output, Some count ]
            @ [ "head", words network.Head, $"{network.Outputs}", None ]

        let number (n: int) = n.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)
        let width pick title = cells |> List.map (pick >> String.length) |> List.fold max (String.length title)
        let w1 = width (fun (p, _, _, _) -> p) "Path"
        let w2 = width (fun (_, l, _, _) -> l) "Layer"
        let w3 = width (fun (_, _, s, _) -> s) "Output"
        let text = StringBuilder()

        let line (a: string) (b: string) (c: string) (d: string) =
            let cells = $"{a.PadRight w1}  {b.PadRight w2}  {c.PadRight w3}  {d.PadLeft 10}"
            text.Append(cells.TrimEnd()).Append('\n') |> ignore

        line "Path" "Layer" "Output" "Parameters"
        line (String.replicate w1 "-") (String.replicate w2 "-") (String.replicate w3 "-") "----------"

        for path, layer, output, count in cells do
            line path layer output (count |> Option.map number |> Option.defaultValue "")

        text.Append($"Parameters: {number network.ParameterCount}\n").ToString()

    /// The network as JSON: name, input, body, head.
    let write (network: Network) : JsonValue =
        Json.object
            [ "name", Json.string network.Name
              "input", Shape.write network.Input
              "body", Json.list (Layer.toList network.Body |> List.map LayerJson.write)
              "head", Head.write network.Head ]

    /// Reads and checks a network.
    let read (json: JsonReader) : Network =
        let name, input, body, head =
            json.Object(fun o ->
                o.Required("name", _.String),
                o.Required("input", Shape.read),
                o.Required("body", LayerJson.read),
                o.Required("head", Head.read))

        match create name input body head with
        | Ok network -> network
        | Error e -> json.Fail($"a network whose shapes fit; {e.Path} expects {e.Expected}", e.Found)
