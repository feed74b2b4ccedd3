namespace Redshift.Core.Layers

open System
open Redshift.Core
open Redshift.Core.Distributions

/// What a network's last numbers mean.
[<RequireQualifiedAccess>]
type Head =
    /// One number a target, in the target's own unit.
    | Point of targets: string list
    /// Mean and log of the width (standard deviation) of a normal distribution of the redshift.
    | Gaussian
    /// p(z) on redshift bins: a softmax over the outputs, trained on soft labels whose width is `LabelWidth` (redshift).
    | Binned of grid: RedshiftGrid * labelWidth: float
    /// A mixture of `components` normal distributions: logits, means, log widths, in this order.
    | Mixture of components: int
    /// One of several classes: a softmax over the outputs.
    | Classes of names: string list

/// What a network says of one object: its raw outputs as its head reads them.
[<RequireQualifiedAccess>]
type Answer =
    /// Of a point head: one number a target, in the head's order.
    | Values of float[]
    /// Of a Gaussian, binned or mixture head.
    | Density of RedshiftDensity
    /// Of a head of classes: probabilities that add up to 1, in the head's order.
    | Probabilities of float[]

/// Several answers of one kind as one.
module Answer =

    let private mean (answers: float[][]) : float[] =
        Array.init answers[0].Length (fun i ->
            let mutable sum = 0.0

            for answer in answers do
                sum <- sum + answer[i]

            sum / float answers.Length)

    /// The mean of point heads' outputs, [members x each].
    let internal meanValues (each: int) (raw: ReadOnlySpan<float32>) : Answer =
        let values = Array.zeroCreate<float> each
        let members = raw.Length / each

        for i in 0 .. raw.Length - 1 do
            values[i % each] <- values[i % each] + float raw[i]

        for i in 0 .. each - 1 do
            values[i] <- values[i] / float members

        Answer.Values values

    let private densityOf answer =
        match answer with
        | Answer.Density density -> density
        | Answer.Values _
        | Answer.Probabilities _ -> invalidArg (nameof answer) "answers are pooled with answers of their own kind"

    let private numbersOf answer =
        match answer with
        | Answer.Values values -> values
        | Answer.Probabilities shares -> shares
        | Answer.Density _ -> invalidArg (nameof answer) "answers are pooled with answers of their own kind"

    /// What answers of one kind, one or more, say together, each counting the same: the mean of values, of probabilities, of
    /// p(z). None where one is none.
    let pool (answers: Answer voption[]) : Answer voption =
        if answers |> Array.exists _.IsNone then
            ValueNone
        else
            match answers[0].Value with
            | _ when answers.Length = 1 -> answers[0]
            | Answer.Density _ ->
                answers
                |> Array.map (fun answer -> densityOf answer.Value)
                |> RedshiftDensity.Pool
                |> Answer.Density
                |> ValueSome
            | Answer.Values _ ->
                answers
                |> Array.map (fun answer -> numbersOf answer.Value)
                |> mean
                |> Answer.Values
                |> ValueSome
            | Answer.Probabilities _ ->
                answers
                |> Array.map (fun answer -> numbersOf answer.Value)
                |> mean
                |> Answer.Probabilities
                |> ValueSome

/// A head's arithmetic.
module Head =

    /// Log widths beyond +-12 (widths of 6e-6 and 2e5) are taken at these ends: a mixture could else make its likelihood
    /// infinite by a component of no width on one object.
    [<Literal>]
    let FurthestLogWidth = 12.0

    /// How many numbers the network must end in.
    let outputs (head: Head) =
        match head with
        | Head.Point targets -> List.length targets
        | Head.Gaussian -> 2
        | Head.Binned(grid, _) -> grid.Bins
        | Head.Mixture components -> 3 * components
        | Head.Classes names -> List.length names

    /// How many numbers say what is true of one object: one a target of a point head, else one: the redshift, or the
    /// class's place in the list, from 0.
    let truths (head: Head) =
        match head with
        | Head.Point targets -> List.length targets
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ -> 1

    /// How many numbers the loss compares with the outputs: see `encode`.
    let targets (head: Head) =
        match head with
        | Head.Point _
        | Head.Gaussian
        | Head.Mixture _ -> truths head
        | Head.Binned _
        | Head.Classes _ -> outputs head

    /// What is true of one object as the loss takes it: the targets themselves, the redshift itself (Gaussian, mixture), a
    /// soft label on the bins (`SoftLabels.fill`), a one in the class's place. `truth` has `truths` numbers, `into` has
    /// `targets`.
    let encode (head: Head) (truth: ReadOnlySpan<float>) (into: Span<float32>) : unit =
        match head with
        | Head.Point _
        | Head.Gaussian
        | Head.Mixture _ ->
            for i in 0 .. truth.Length - 1 do
                into[i] <- float32 truth[i]
        | Head.Binned(grid, labelWidth) -> SoftLabels.fill grid labelWidth truth[0] into
        | Head.Classes _ ->
            into.Clear()
            into[int truth[0]] <- 1f

    /// exp x / sum exp x, in double precision and without overflow.
    let private softmax (logits: ReadOnlySpan<float32>) : float[] =
        let shares = Array.zeroCreate<float> logits.Length
        let mutable largest = Double.NegativeInfinity

        for logit in logits do
            largest <- max largest (float logit)

        for i in 0 .. logits.Length - 1 do
            shares[i] <- exp (float logits[i] - largest)

        let sum = Array.sum shares
        shares |> Array.map (fun share -> share / sum)

    let private width (logWidth: float32) = exp (max -FurthestLogWidth (min FurthestLogWidth (float logWidth)))

    let private floats (values: ReadOnlySpan<float32>) =
        let result = Array.zeroCreate<float> values.Length

        for i in 0 .. result.Length - 1 do
            result[i] <- float values[i]

        result

    /// Whether all raw outputs are finite numbers.
    let isFinite (values: ReadOnlySpan<float32>) =
        let mutable all = true

        for value in values do
            all <- all && Single.IsFinite value

        all

    /// One object's raw outputs as the head reads them. Outputs are finite numbers.
    let decode (head: Head) (raw: ReadOnlySpan<float32>) : Answer =
        match head with
        | Head.Point _ -> Answer.Values(floats raw)
        | Head.Gaussian -> Answer.Density(RedshiftDensity.Normal(float raw[0], width raw[1]))
        | Head.Mixture count ->
            { Weights = softmax (raw.Slice(0, count))
              Means = floats (raw.Slice(count, count))
              Widths = Array.map width (raw.Slice(2 * count, count).ToArray()) }
            |> RedshiftDensity.Mixture
            |> Answer.Density
        | Head.Binned(grid, _) ->
            match BinnedDensity.Create(grid, softmax raw) with
            | Ok density -> Answer.Density(RedshiftDensity.Binned density)
            | Error message -> invalidArg (nameof raw) message
        | Head.Classes _ -> Answer.Probabilities(softmax raw)

    /// How far one object's raw outputs are from what is true of it: the mean over a point head's targets of
    /// |output - truth|, both as 32-bit numbers; |mean of p(z) - redshift|; 1 - the probability of the true class.
    let absoluteError (head: Head) (raw: ReadOnlySpan<float32>) (truth: ReadOnlySpan<float>) : float =
        match head with
        | Head.Point _ ->
            let mutable sum = 0.0

            for i in 0 .. raw.Length - 1 do
                sum <- sum + abs (float raw[i] - float (float32 truth[i]))

            sum / float raw.Length
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ ->
            match decode head raw with
            | Answer.Density density -> abs (density.Mean - truth[0])
            | Answer.Probabilities shares -> 1.0 - shares[int truth[0]]
            | Answer.Values values -> abs (values[0] - truth[0])

    /// True for heads that say an object's redshift: those of p(z), and a point head of this target alone.
    let givesRedshift (head: Head) =
        match head with
        | Head.Point targets -> targets = [ "redshift" ]
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ -> true
        | Head.Classes _ -> false

    /// Why a head cannot learn from an object of this redshift, if so: what it should be.
    let refuses (head: Head) (redshift: float) : string option =
        match head with
        | Head.Binned(grid, _) when not (grid.Contains redshift) ->
            Some $"a redshift in [{grid.Lowest}, {grid.Highest}], the head's bins"
        | Head.Point _
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ -> None

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
