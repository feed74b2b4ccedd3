namespace Redshift.Core.Layers

open Redshift.Core

/// What one object looks like between two layers. The batch dimension is never part of a shape.
[<RequireQualifiedAccess>]
type Shape =
    /// A plain vector of `n` values.
    | Features of n: int
    /// A one-dimensional signal: `length` positions of `channels` values. In memory [length x channels], channels fastest.
    | Signal of channels: int * length: int
    /// A complete graph: `nodes` nodes of `features` values. In memory [nodes x features], features fastest.
    | Graph of nodes: int * features: int

    /// How many numbers one object holds.
    member this.Size =
        match this with
        | Features n -> n
        | Signal(channels, length) -> channels * length
        | Graph(nodes, features) -> nodes * features

    /// `features [256]`, `signal [16 x 55]` (channels x length), `graph [11 x 8]` (nodes x features).
    override this.ToString() =
        match this with
        | Features n -> $"features [{n}]"
        | Signal(channels, length) -> $"signal [{channels} x {length}]"
        | Graph(nodes, features) -> $"graph [{nodes} x {features}]"

/// Why a network cannot be built: where, what the layer expects, what it was given.
type ShapeError =
    {
        /// The layer's place, as in `body/3` or `body/2/residual/0`; `input` or `head` for the network's ends.
        Path: string
        /// What that place accepts, with advice where one step would mend it.
        Expected: string
        /// What came.
        Found: string
    }

    /// `body/3: expects features; add Flatten first (input: signal [16 x 55])`.
    override this.ToString() = $"{this.Path}: expects {this.Expected} ({this.Found})"

/// The largest array that a layer may ask for, in numbers: a guard against sizes read from an untrusted file.
module internal Limits =
    [<Literal>]
    let MaxNumbers = 268435456L

/// The arithmetic of shapes: every rule that is not one line stands here.
module Shape =

    /// Positions that a sliding window of `window` visits on `length` positions padded by `padding` zeros at both ends:
    /// floor((length + 2 padding - window) / stride) + 1, and 0 where the window does not fit.
    let windows (length: int) (window: int) (stride: int) (padding: int) =
        let room = int64 length + 2L * int64 padding - int64 window
        if room < 0L then 0 else int (room / int64 stride) + 1

    /// The shape written as in JSON: `{ "features": n }`, `{ "channels": c, "length": l }`, `{ "nodes": n, "features": f }`.
    let internal write (shape: Shape) : JsonValue =
        match shape with
        | Shape.Features n -> Json.object [ "features", Json.int n ]
        | Shape.Signal(channels, length) -> Json.object [ "channels", Json.int channels; "length", Json.int length ]
        | Shape.Graph(nodes, features) -> Json.object [ "nodes", Json.int nodes; "features", Json.int features ]

    let internal read (json: JsonReader) : Shape =
        json.Object(fun o ->
            if o.Has "channels" then
                Shape.Signal(o.Required("channels", _.Int), o.Required("length", _.Int))
            elif o.Has "nodes" then
                Shape.Graph(o.Required("nodes", _.Int), o.Required("features", _.Int))
            else
                Shape.Features(o.Required("features", _.Int)))
