namespace Redshift.Core.Layers

open System.Collections.Generic
open Redshift.Core

/// A grid of redshift bins of equal width over [Lowest, Highest].
type RedshiftGrid =
    { Lowest: float
      Highest: float
      Bins: int }

    member this.Width = (this.Highest - this.Lowest) / float this.Bins

    /// The middle of bin `i`.
    member this.Centre(i: int) = this.Lowest + (float i + 0.5) * this.Width

/// What a network's last numbers mean.
[<RequireQualifiedAccess>]
type Head =
    /// One number a target, in the target's own unit.
    | Point of targets: string list
    /// Mean and log of the width of a normal distribution of the redshift.
    | Gaussian
    /// p(z) on redshift bins: a softmax over the outputs, trained on soft labels whose width is `LabelWidth` (redshift).
    | Binned of grid: RedshiftGrid * labelWidth: float
    /// A mixture of `components` normal distributions: logits, means, log widths, in this order.
    | Mixture of components: int
    /// One of several classes: a softmax over the outputs.
    | Classes of names: string list

/// A head's arithmetic.
module Head =

    /// How many numbers the network must end in.
    let outputs (head: Head) =
        match head with
        | Head.Point targets -> List.length targets
        | Head.Gaussian -> 2
        | Head.Binned(grid, _) -> grid.Bins
        | Head.Mixture components -> 3 * components
        | Head.Classes names -> List.length names

    /// What of a head cannot be, if anything.
    let check (head: Head) : string option =
        let distinct (names: string list) = names.Length = (List.distinct names).Length

        match head with
        | Head.Point targets when targets.IsEmpty || not (distinct targets) -> Some "one or more different targets"
        | Head.Classes names when names.Length < 2 || not (distinct names) -> Some "two or more different classes"
        | Head.Mixture components when components < 1 || components > 1000 -> Some "1 to 1000 components"
        | Head.Binned(grid, width) when
            grid.Bins < 2
            || grid.Bins > 100000
            || not (grid.Highest > grid.Lowest)
            || not (width >= 0.0)
            ->
            Some "2 to 100000 bins, a highest redshift above the lowest and a label width of at least 0"
        | Head.Point _
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ -> None

    let internal write (head: Head) : JsonValue =
        match head with
        | Head.Point targets ->
            Json.object [ "type", Json.string "point"; "targets", Json.list (List.map Json.string targets) ]
        | Head.Gaussian -> Json.object [ "type", Json.string "gaussian" ]
        | Head.Binned(grid, width) ->
            Json.object
                [ "type", Json.string "binned"
                  "lowest", Json.float grid.Lowest
                  "highest", Json.float grid.Highest
                  "bins", Json.int grid.Bins
                  "label_width", Json.float width ]
        | Head.Mixture components -> Json.object [ "type", Json.string "mixture"; "components", Json.int components ]
        | Head.Classes names ->
            Json.object [ "type", Json.string "classes"; "names", Json.list (List.map Json.string names) ]

    let private cases: (string * (JsonFields -> Head)) list =
        [ "point", (fun o -> Head.Point(o.Required("targets", _.List(_.String))))
          "gaussian", (fun _ -> Head.Gaussian)
          "binned",
          (fun o ->
              Head.Binned(
                  { Lowest = o.Required("lowest", _.Float)
                    Highest = o.Required("highest", _.Float)
                    Bins = o.Required("bins", _.Count) },
                  o.Required("label_width", _.NonNegative)
              ))
          "mixture", (fun o -> Head.Mixture(o.Required("components", _.Count)))
          "classes", (fun o -> Head.Classes(o.Required("names", _.List(_.String)))) ]

    let internal read (json: JsonReader) : Head = json.Object(fun o -> (o.Case("type", cases)) o)
