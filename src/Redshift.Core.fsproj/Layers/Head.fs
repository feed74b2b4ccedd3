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
    /// Several targets from one body: the outputs of each part one after the other.
    | Joint of parts: JointPart list

/// One target of several that share a body.
and JointPart =
    {
        /// What is predicted: `redshift`, `stellarity`, `stellar_mass`.
        Target: string
        /// What it counts for in the loss, above 0.
        Weight: float
        /// Binned, or classes.
        Head: Head
    }

/// What a network says of one object: its raw outputs as its head reads them.
[<RequireQualifiedAccess>]
type Answer =
    /// Of a point head: one number a target, in the head's order.
    | Values of float[]
    /// Of a Gaussian, binned or mixture head.
    | Density of RedshiftDensity
    /// Of a head of classes: probabilities that add up to 1, in the head's order.
    | Probabilities of float[]
    /// Of several targets, by name.
    | Targets of (string * Answer) list

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
        | Answer.Probabilities _
        | Answer.Targets _ -> invalidArg (nameof answer) "answers are pooled with answers of their own kind"

    let private numbersOf answer =
        match answer with
        | Answer.Values values -> values
        | Answer.Probabilities shares -> shares
        | Answer.Density _
        | Answer.Targets _ -> invalidArg (nameof answer) "answers are pooled with answers of their own kind"

    /// The part of an answer that is of this target; an answer of a single target is that of the redshift.
    let tryTarget (target: string) (answer: Answer) : Answer voption =
        match answer with
        | Answer.Targets parts ->
            match parts |> List.tryFind (fun (name, _) -> name = target) with
            | Some(_, own) -> ValueSome own
            | None -> ValueNone
        | Answer.Values _
        | Answer.Density _
        | Answer.Probabilities _ -> if target = "redshift" then ValueSome answer else ValueNone

    /// What answers of one kind, one or more, say together, each counting the same: the mean of values, of probabilities, of
    /// p(z). None where one is none.
    let rec pool (answers: Answer voption[]) : Answer voption =
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
            | Answer.Targets parts ->
                parts
                |> List.map (fun (target, _) ->
                    let own answer = answer |> ValueOption.bind (tryTarget target)
                    pool (Array.map own answers) |> ValueOption.map (fun pooled -> target, pooled))
                |> fun pooled ->
                    if pooled |> List.exists _.IsNone then
                        ValueNone
                    else
                        pooled |> List.map _.Value |> Answer.Targets |> ValueSome

/// A head's arithmetic.
module Head =

    /// Log widths beyond +-12 (widths of 6e-6 and 2e5) are taken at these ends: a mixture could else make its likelihood
    /// infinite by a component of no width on one object.
    [<Literal>]
    let FurthestLogWidth = 12.0

    /// How many numbers the network must end in.
    let rec outputs (head: Head) =
        match head with
        | Head.Point targets -> List.length targets
        | Head.Gaussian -> 2
        | Head.Binned(grid, _) -> grid.Bins
        | Head.Mixture components -> 3 * components
        | Head.Classes names -> List.length names
        | Head.Joint parts -> parts |> List.sumBy (fun part -> outputs part.Head)

    /// What the numbers that are true of one object are of, one a name: the targets of a point head, of several targets
    /// each, else the redshift or the class, which go by the head's own name for its only target.
    let targetNames (head: Head) : string list =
        match head with
        | Head.Point targets -> targets
        | Head.Joint parts -> parts |> List.map _.Target
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ -> [ "redshift" ]
        | Head.Classes _ -> [ "class" ]

    /// How many numbers say what is true of one object: one a target of a point head or of several targets, else one: the
    /// redshift, or the class's place in the list, from 0.
    let truths (head: Head) =
        match head with
        | Head.Point targets -> List.length targets
        | Head.Joint parts -> List.length parts
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
        | Head.Classes _
        | Head.Joint _ -> outputs head

    /// What is true of a target beside the redshift is held within its bins: a stellar mass far out is still learnt from.
    let private held (part: JointPart) (truth: float) =
        match part.Head with
        | Head.Binned(grid, _) when part.Target <> "redshift" -> max grid.Lowest (min grid.Highest truth)
        | Head.Binned _
        | Head.Point _
        | Head.Gaussian
        | Head.Mixture _
        | Head.Classes _
        | Head.Joint _ -> truth

    /// What is true of one object as the loss takes it: the targets themselves, the redshift itself (Gaussian, mixture), a
    /// soft label on the bins (`SoftLabels.fill`), a one in the class's place; of several targets each times its weight, and
    /// nothing where a truth is NaN, which takes that target of the object out of the loss. `truth` has `truths` numbers,
    /// `into` has `targets`.
    let rec encode (head: Head) (truth: ReadOnlySpan<float>) (into: Span<float32>) : unit =
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
        | Head.Joint parts ->
            let mutable first = 0
            let mutable place = 0

            for part in parts do
                let own = into.Slice(first, outputs part.Head)

                if Double.IsNaN truth[place] then
                    own.Clear()
                else
                    let held = held part truth[place]
                    encode part.Head (ReadOnlySpan(&held)) own

                    for i in 0 .. own.Length - 1 do
                        own[i] <- float32 part.Weight * own[i]

                first <- first + own.Length
                place <- place + 1

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
    let rec decode (head: Head) (raw: ReadOnlySpan<float32>) : Answer =
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
        | Head.Joint parts ->
            let mutable first = 0
            let mutable answers = []

            for part in parts do
                let size = outputs part.Head
                answers <- (part.Target, decode part.Head (raw.Slice(first, size))) :: answers
                first <- first + size

            Answer.Targets(List.rev answers)

    /// How far one object's raw outputs are from what is true of it: the mean over a point head's targets of
    /// |output - truth|, both as 32-bit numbers; |mean of p(z) - redshift|; 1 - the probability of the true class;
    /// of several targets that of the first. NaN where the truth is.
    let rec absoluteError (head: Head) (raw: ReadOnlySpan<float32>) (truth: ReadOnlySpan<float>) : float =
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
            | Answer.Probabilities shares ->
                if Double.IsNaN truth[0] then
                    nan
                else
                    1.0 - shares[int truth[0]]
            | Answer.Values values -> abs (values[0] - truth[0])
            | Answer.Targets _ -> nan
        | Head.Joint parts ->
            let first = parts.Head.Head
            absoluteError first (raw.Slice(0, outputs first)) (truth.Slice(0, 1))

    /// True for heads that say an object's redshift: those of p(z), a point head of this target alone, and those of several
    /// targets of which it is one.
    let givesRedshift (head: Head) =
        match head with
        | Head.Point targets -> targets = [ "redshift" ]
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _ -> true
        | Head.Joint parts -> parts |> List.exists (fun part -> part.Target = "redshift")
        | Head.Classes _ -> false

    /// Numbers that are softmaxed together, how many each: all outputs of a head of bins or classes, those of each part of
    /// several targets.
    let groups (head: Head) : int list =
        match head with
        | Head.Joint parts -> parts |> List.map (fun part -> outputs part.Head)
        | Head.Point _
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ -> [ outputs head ]

    /// Why a head cannot learn from what is true of an object, `truths` numbers, if so: what it should be, and what was
    /// found. A truth of several targets may be NaN.
    let refuses (head: Head) (truth: ReadOnlySpan<float>) : (string * float) option =
        let outside target (head: Head) (truth: float) =
            match head with
            | Head.Binned(grid, _) when not (grid.Contains truth) ->
                Some($"a {target} in [{grid.Lowest}, {grid.Highest}], the head's bins", truth)
            | Head.Point _
            | Head.Gaussian
            | Head.Binned _
            | Head.Mixture _
            | Head.Classes _
            | Head.Joint _ -> None

        match head with
        | Head.Joint parts ->
            let known = truth.ToArray()

            List.zip parts (List.ofArray known)
            |> List.filter (fun (part, truth) -> part.Target = "redshift" && not (Double.IsNaN truth))
            |> List.tryPick (fun (part, truth) -> outside part.Target part.Head truth)
        | Head.Point _
        | Head.Gaussian
        | Head.Binned _
        | Head.Mixture _
        | Head.Classes _ -> outside "redshift" head truth[0]

    /// What of a head cannot be, if anything.
    let rec check (head: Head) : string option =
        let distinct (names: string list) = names.Length = (List.distinct names).Length

        match head with
        | Head.Joint parts when parts.IsEmpty || not (distinct (parts |> List.map _.Target)) ->
            Some "one or more different targets"
        | Head.Joint parts ->
            parts
            |> List.tryPick (fun part ->
                match part.Head with
                | Head.Binned _
                | Head.Classes _ ->
                    if part.Weight > 0.0 && Double.IsFinite part.Weight then
                        check part.Head |> Option.map (fun expected -> $"for {part.Target} {expected}")
                    else
                        Some $"for {part.Target} a weight above 0"
                | Head.Point _
                | Head.Gaussian
                | Head.Mixture _
                | Head.Joint _ -> Some $"for {part.Target} a binned head or classes")
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

    let rec internal write (head: Head) : JsonValue =
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
        | Head.Joint parts ->
            Json.object
                [ "type", Json.string "joint"
                  "parts",
                  parts
                  |> List.map (fun part ->
                      Json.object
                          [ "target", Json.string part.Target
                            "weight", Json.float part.Weight
                            "head", write part.Head ])
                  |> Json.list ]

    let private single: (string * (JsonFields -> Head)) list =
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

    let private readPart (json: JsonReader) : JointPart =
        json.Object(fun o ->
            { Target = o.Required("target", _.String)
              Weight = o.Default("weight", 1.0, _.Positive)
              Head = o.Required("head", _.Object(fun h -> (h.Case("type", single)) h)) })

    let private cases: (string * (JsonFields -> Head)) list =
        single
        @ [ "joint", (fun o -> Head.Joint(o.Required("parts", _.List(readPart)))) ]

    let internal read (json: JsonReader) : Head = json.Object(fun o -> (o.Case("type", cases)) o)
