namespace Redshift.Core.Layers

open System.Collections.Generic

/// How an array of weights starts.
[<RequireQualifiedAccess>]
type InitialValue =
    /// Drawn by the layer's initialiser.
    | Drawn of Initialiser
    | Zeros
    | Ones

/// One array of weights that a layer owns.
type ParameterSpec =
    {
        /// The layer's path and the array's name, as in `body/3/kernel`; the key in a weights file.
        Name: string
        /// Its dimensions, slowest first.
        Dimensions: IReadOnlyList<int>
        Start: InitialValue
        /// Inputs and outputs of one position, for the initialiser.
        FanIn: int
        FanOut: int
        /// False for running averages, which training fills without a gradient.
        Trainable: bool
        /// True for kernels, which weight decay and penalties shrink; false for biases, gains and averages.
        Decays: bool
    }

    /// How many numbers the array holds.
    member this.Count = Seq.fold (*) 1 this.Dimensions

/// A layer in its place: what comes in, what goes out, which weights it owns.
type Step =
    {
        Path: string
        Layer: Layer
        Input: Shape
        Output: Shape
        Parameters: IReadOnlyList<ParameterSpec>
        /// The steps inside a residual; empty for all other layers.
        Inner: IReadOnlyList<Step>
    }

    /// All arrays of weights, those of inner steps included, in order.
    member this.AllParameters: ParameterSpec seq =
        seq {
            yield! this.Parameters

            for step in this.Inner do
                yield! step.AllParameters
        }

    /// How many weights the layer has, running averages included (as Keras counts them).
    member this.ParameterCount = this.AllParameters |> Seq.sumBy _.Count

/// The one walk over a model: shapes, weights, names. The summary, the parameter counts, the JSON check and every
/// backend's compiled network come from its steps, so that they cannot disagree.
module internal Inference =

    let private fail path expected (input: Shape) : Result<'T, ShapeError> =
        Error
            { Path = path
              Expected = expected
              Found = $"input: {input}" }

    let private refuse path expected found : Result<'T, ShapeError> =
        Error
            { Path = path
              Expected = expected
              Found = found }

    let private array path name dimensions start (fanIn, fanOut) decays =
        { Name = path + "/" + name
          Dimensions = dimensions
          Start = start
          FanIn = fanIn
          FanOut = fanOut
          Trainable = true
          Decays = decays }

    let private kernel path dimensions initialiser fans =
        array path "kernel" dimensions (InitialValue.Drawn initialiser) fans true

    let private vector path name count start = array path name [| count |] start (count, count) false

    let private average path name count start =
        { vector path name count start with
            Trainable = false }

    /// Whole products, checked before anything of that size could be allocated.
    let private tooLarge (numbers: int64 list) =
        numbers |> List.exists (fun n -> n < 1L)
        || numbers
           |> List.fold (fun product n -> if product > Limits.MaxNumbers then product else product * n) 1L
            >
            Limits.MaxNumbers

    let private biasIf present path count =
        if present then
            [ vector path "bias" count InitialValue.Zeros ]
        else
            []

    let private dense path (layer: Dense) input =
        match input with
        | Shape.Features n ->
            if layer.Units < 1 || tooLarge [ int64 n; int64 layer.Units ] then
                refuse path $"units from 1 to {Limits.MaxNumbers / int64 n}" $"units: {layer.Units}"
            else
                Ok(
                    Shape.Features layer.Units,
                    kernel path [| n; layer.Units |] layer.Initialiser (n, layer.Units)
                    :: biasIf layer.Bias path layer.Units
                )
        | Shape.Signal _
        | Shape.Graph _ -> fail path "features; add Flatten first" input

    let private conv1d path (layer: Conv1d) input =
        match input with
        | Shape.Signal(channels, length) ->
            let windows = Shape.windows length layer.Kernel (max 1 layer.Stride) (max 0 layer.Padding)

            if
                layer.Filters < 1
                || layer.Kernel < 1
                || layer.Stride < 1
                || layer.Padding < 0
                || layer.Padding >= layer.Kernel
            then
                refuse
                    path
                    "filters, kernel and stride of at least 1 and a padding from 0 to kernel - 1"
                    $"filters: {layer.Filters}, kernel: {layer.Kernel}, stride: {layer.Stride}, padding: {layer.Padding}"
            elif windows < 1 then
                fail path $"a signal of at least {layer.Kernel - 2 * layer.Padding} positions" input
            elif
                tooLarge [ int64 layer.Kernel; int64 channels; int64 layer.Filters ]
                || tooLarge [ int64 windows; int64 layer.Filters ]
            then
                refuse
                    path
                    $"at most {Limits.MaxNumbers} weights and outputs"
                    $"filters: {layer.Filters}, kernel: {layer.Kernel}"
            else
                Ok(
                    Shape.Signal(layer.Filters, windows),
                    kernel
                        path
                        [| layer.Kernel; channels; layer.Filters |]
                        layer.Initialiser
                        (layer.Kernel * channels, layer.Kernel * layer.Filters)
                    :: biasIf layer.Bias path layer.Filters
                )
        | Shape.Features _
        | Shape.Graph _ -> fail path "a signal" input

    let private pool1d path (layer: Pool1d) input =
        match input with
        | Shape.Signal(channels, length) ->
            if layer.Size < 1 || layer.Stride < 1 then
                refuse path "a size and a stride of at least 1" $"size: {layer.Size}, stride: {layer.Stride}"
            else
                match Shape.windows length layer.Size layer.Stride 0 with
                | 0 -> fail path $"a signal of at least {layer.Size} positions" input
                | windows -> Ok(Shape.Signal(channels, windows), [])
        | Shape.Features _
        | Shape.Graph _ -> fail path "a signal" input

    /// What normalisation shares: one gain and one offset a channel.
    let private channels input =
        match input with
        | Shape.Features n -> n
        | Shape.Signal(channels, _) -> channels
        | Shape.Graph(_, features) -> features

    let private gainAndOffset path count =
        [ vector path "gain" count InitialValue.Ones; vector path "offset" count InitialValue.Zeros ]

    let private batchNorm path (layer: BatchNorm) input =
        if not (layer.Momentum >= 0.0 && layer.Momentum < 1.0 && layer.Epsilon > 0.0) then
            refuse
                path
                "a momentum in [0, 1) and an epsilon above 0"
                $"momentum: {layer.Momentum}, epsilon: {layer.Epsilon}"
        else
            let count = channels input

            Ok(
                input,
                gainAndOffset path count
                @ [ average path "mean" count InitialValue.Zeros; average path "variance" count InitialValue.Ones ]
            )

    let private graphAttention path (layer: GraphAttention) input =
        match input with
        | Shape.Graph(nodes, features) ->
            if
                layer.Heads < 1
                || layer.Units < 1
                || not (layer.Slope >= 0.0 && layer.Slope < 1.0)
            then
                refuse
                    path
                    "heads and units of at least 1 and a slope in [0, 1)"
                    $"heads: {layer.Heads}, units: {layer.Units}, slope: {layer.Slope}"
            elif
                tooLarge [ int64 layer.Heads; int64 layer.Units; int64 (max nodes features) ]
                || tooLarge [ int64 layer.Heads; int64 nodes; int64 nodes ]
            then
                refuse
                    path
                    $"at most {Limits.MaxNumbers} weights and outputs"
                    $"heads: {layer.Heads}, units: {layer.Units}"
            else
                let width = layer.Heads * layer.Units

                let attention name =
                    array
                        path
                        name
                        [| layer.Heads; layer.Units |]
                        (InitialValue.Drawn Initialiser.GlorotUniform)
                        (layer.Units, 1)
                        true

                Ok(
                    Shape.Graph(nodes, width),
                    [ kernel path [| features; width |] Initialiser.GlorotUniform (features, width)
                      attention "attention_self"
                      attention "attention_neighbour"
                      vector path "bias" width InitialValue.Zeros ]
                )
        | Shape.Features _
        | Shape.Signal _ -> fail path "a graph" input

    let private graphIdentity path input =
        match input with
        | Shape.Graph(nodes, features) ->
            if tooLarge [ int64 nodes; int64 nodes + int64 features ] then
                fail path $"at most {Limits.MaxNumbers} outputs" input
            else
                Ok(Shape.Graph(nodes, nodes + features), [])
        | Shape.Features _
        | Shape.Signal _ -> fail path "a graph" input

    let private step path layer input inner (output, parameters) =
        { Path = path
          Layer = layer
          Input = input
          Output = output
          Parameters = List.toArray parameters
          Inner = inner }

    /// The steps of a layer on an input shape, the first of them at `prefix/0`; or the first place that does not fit.
    let rec walk (prefix: string) (input: Shape) (layer: Layer) : Result<Step list, ShapeError> =
        let rec go index input layers done' =
            match layers with
            | [] -> Ok(List.rev done')
            | layer :: rest ->
                match place $"{prefix}/{index}" layer input with
                | Error e -> Error e
                | Ok step -> go (index + 1) step.Output rest (step :: done')

        go 0 input (Layer.toList layer) []

    and private place path layer input : Result<Step, ShapeError> =
        let simple result = result |> Result.map (step path layer input [||])

        match layer with
        | Layer.Dense dense' -> simple (dense path dense' input)
        | Layer.Conv1d conv -> simple (conv1d path conv input)
        | Layer.MaxPool1d pool
        | Layer.AvgPool1d pool -> simple (pool1d path pool input)
        | Layer.Activation _ -> simple (Ok(input, []))
        | Layer.Dropout dropout ->
            if dropout.Rate >= 0.0 && dropout.Rate < 1.0 then
                simple (Ok(input, []))
            else
                refuse path "a rate in [0, 1)" $"rate: {dropout.Rate}"
        | Layer.BatchNorm norm -> simple (batchNorm path norm input)
        | Layer.LayerNorm norm ->
            if norm.Epsilon > 0.0 then
                simple (Ok(input, gainAndOffset path (channels input)))
            else
                refuse path "an epsilon above 0" $"epsilon: {norm.Epsilon}"
        | Layer.Flatten -> simple (Ok(Shape.Features input.Size, []))
        | Layer.GraphAttention attention -> simple (graphAttention path attention input)
        | Layer.GraphIdentity -> simple (graphIdentity path input)
        | Layer.GraphMean ->
            match input with
            | Shape.Graph(_, features) -> simple (Ok(Shape.Features features, []))
            | Shape.Features _
            | Shape.Signal _ -> fail path "a graph" input
        | Layer.Residual inner ->
            walk (path + "/residual") input inner
            |> Result.bind (fun steps ->
                let output = steps |> List.tryLast |> Option.map _.Output |> Option.defaultValue input

                if output = input then
                    Ok(step path layer input (List.toArray steps) (output, []))
                else
                    refuse path $"inner layers that keep the shape {input}" $"inner output: {output}")
        | Layer.Sequence _ ->
            // toList has flattened every sequence before a step is placed.
            refuse path "a single layer" "a sequence"
