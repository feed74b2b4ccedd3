namespace Redshift.Core.Frames

open System
open Redshift.Core.Catalogues

/// How a catalogue row becomes a network's input.
type Features =
    { Channels: Channel list
      Level: Level
      Gaps: Gaps }

/// How many numbers stand behind those of the samples for a channel: none, one for each pair of samples, one.
type private Block =
    | None = 0
    | Pairs = 1
    | One = 2

/// Features of one row, from the row alone: first the channels with a number for each sample, in memory order
/// [samples x channels], channels fastest; then the blocks, one behind the other; both in the order of `Channels`.
module Features =
    /// Whether the survey has to give errors.
    let needsErrors (features: Features) =
        features.Channels
        |> List.exists (fun channel -> channel.IsFluxError || channel.IsLogError)

    /// What a channel's block is: how it is made, the band that it compares with or -1, the further column or null.
    let private describe (channel: Channel) : struct (Block * int * string) =
        match channel with
        | Channel.Flux
        | Channel.FluxError
        | Channel.LogError
        | Channel.Observed
        | Channel.LogLevel
        | Channel.NotDetected
        | Channel.Saturated
        | Channel.Clipped _ -> struct (Block.None, -1, null)
        | Channel.Colours
        | Channel.FluxRatios -> struct (Block.Pairs, -1, null)
        | Channel.ColoursTo reference -> struct (Block.Pairs, reference, null)
        | Channel.Number column -> struct (Block.One, -1, column)

    /// The further columns that the features need, in their order.
    let numbers (features: Features) : string list =
        features.Channels
        |> List.choose (fun channel ->
            let struct (_, _, column) = describe channel
            Option.ofObj column)

    /// Whether the features look at why samples are missing, or at further columns.
    let needsMoreThanSamples (features: Features) : bool =
        features.Channels
        |> List.exists (fun channel ->
            match channel with
            | Channel.NotDetected
            | Channel.Saturated
            | Channel.Number _ -> true
            | Channel.Flux
            | Channel.FluxError
            | Channel.LogError
            | Channel.Observed
            | Channel.LogLevel
            | Channel.Clipped _
            | Channel.Colours
            | Channel.ColoursTo _
            | Channel.FluxRatios -> false)

    /// The first channel that compares with a band that there is not.
    let internal outside (samples: int) (features: Features) : Channel option =
        features.Channels
        |> List.tryFind (fun channel ->
            let struct (_, reference, _) = describe channel
            reference >= samples)

    let private isBlock channel =
        let struct (block, _, _) = describe channel
        block <> Block.None

    /// How many numbers a channel's block has.
    let private blockSize samples channel =
        let struct (block, _, _) = describe channel

        match block with
        | Block.Pairs -> max 0 (samples - 1)
        | Block.One -> 1
        | _ -> 0

    /// How many channels have a number for each sample.
    let private stride (features: Features) =
        let mutable rest = features.Channels
        let mutable count = 0

        while not rest.IsEmpty do
            if not (isBlock rest.Head) then
                count <- count + 1

            rest <- rest.Tail

        count

    /// How many numbers a row becomes.
    let size (features: Features) (samples: int) =
        stride features * samples + List.sumBy (blockSize samples) features.Channels

    /// What `Level.MeanFlux` divides by.
    let internal meanFlux (flux: ReadOnlySpan<float32>) =
        let mutable sum = 0.0
        let mutable count = 0

        for value in flux do
            if not (Single.IsNaN value) then
                sum <- sum + abs (float value)
                count <- count + 1

        if count > 0 && sum > 0.0 then sum / float count else 1.0

    /// The value at `i`, which is not observed, from the observed samples around it.
    let private interpolated (flux: ReadOnlySpan<float32>) (i: int) =
        let mutable left = i - 1
        let mutable right = i + 1

        while left >= 0 && Single.IsNaN flux[left] do
            left <- left - 1

        while right < flux.Length && Single.IsNaN flux[right] do
            right <- right + 1

        match left >= 0, right < flux.Length with
        | true, true ->
            let part = float32 (i - left) / float32 (right - left)
            flux[left] + (flux[right] - flux[left]) * part
        | true, false -> flux[left]
        | false, true -> flux[right]
        | false, false -> 0.0f

    /// What stands at `i`, gaps filled; NaN where that is refused.
    let private valueAt (gaps: Gaps) (source: ReadOnlySpan<float32>) (i: int) =
        let value = source[i]

        if Single.IsNaN value then
            match gaps with
            | Gaps.Refuse
            | Gaps.Impute -> value
            | Gaps.Interpolate -> interpolated source i
            | Gaps.Constant constant -> float32 constant
        else
            value

    /// One number a sample to every `stride`-th place from `first` on; the first sample whose gap is refused, or -1.
    let private fillValues
        (gaps: Gaps)
        (level: float)
        (source: ReadOnlySpan<float32>)
        (samples: int)
        (into: Span<float32>)
        (first: int)
        (stride: int)
        =
        let mutable refused = -1
        let mutable at = first

        for i = 0 to samples - 1 do
            let value = source[i]

            if Single.IsNaN value then
                match gaps with
                | Gaps.Refuse
                | Gaps.Impute ->
                    if refused < 0 then
                        refused <- i
                | Gaps.Interpolate -> into[at] <- float32 (float (interpolated source i) / level)
                | Gaps.Constant constant -> into[at] <- float32 constant
            else
                into[at] <- float32 (float value / level)

            at <- at + stride

        refused

    /// As `fillValues`; missing errors are interpolated where values are imputed.
    let private fillErrors (gaps: Gaps) level source samples into first stride =
        fillValues (if gaps.IsImpute then Gaps.Interpolate else gaps) level source samples into first stride

    /// As `fillErrors`, of the logarithm; a constant stands as it is.
    let private fillLogErrors
        (gaps: Gaps)
        level
        (source: ReadOnlySpan<float32>)
        samples
        (into: Span<float32>)
        first
        stride
        =
        let refused = fillErrors gaps level source samples into first stride

        for i = 0 to samples - 1 do
            if not (Single.IsNaN source[i] && gaps.IsConstant) then
                let at = first + i * stride
                into[at] <- MathF.Log10(max 1e-6f into[at])

        refused

    /// As `fillValues`, held within ends and not divided; a constant stands as it is.
    let private fillClipped (gaps: Gaps) low high (source: ReadOnlySpan<float32>) (into: Span<float32>) first stride =
        let mutable refused = -1

        for i = 0 to source.Length - 1 do
            let value = valueAt gaps source i

            if Single.IsNaN value && refused < 0 then
                refused <- i

            into[first + i * stride] <-
                if Single.IsNaN source[i] && gaps.IsConstant then
                    value
                else
                    Math.Clamp(value, float32 low, float32 high)

        refused

    /// 1 where a sample is in a state, otherwise 0.
    let private fillState (states: ReadOnlySpan<SampleState>) state samples (into: Span<float32>) first stride =
        for i = 0 to samples - 1 do
            into[first + i * stride] <-
                if states.Length > 0 && states[i] = state then
                    1.0f
                else
                    0.0f

    /// What two samples' colour or ratio is; NaN where one is refused.
    let private compared (gaps: Gaps) isRatio (source: ReadOnlySpan<float32>) (i: int) (j: int) =
        let isMissing = Single.IsNaN source[i] || Single.IsNaN source[j]

        match gaps with
        | Gaps.Constant constant when isMissing -> float32 constant
        | Gaps.Constant _
        | Gaps.Refuse
        | Gaps.Impute
        | Gaps.Interpolate ->
            let a, b = valueAt gaps source i, valueAt gaps source j

            if not isRatio then a - b
            elif b = 0.0f then 0.0f
            else a / b

    /// A block that compares samples, from `first` on: each with the next, or with the one at `reference` where that is not
    /// negative.
    let private fillCompared
        (gaps: Gaps)
        isRatio
        reference
        (source: ReadOnlySpan<float32>)
        (into: Span<float32>)
        first
        =
        let mutable refused = -1
        let mutable at = first
        let count = if reference < 0 then source.Length - 1 else source.Length

        for i = 0 to count - 1 do
            if i <> reference then
                let j = if reference < 0 then i + 1 else reference
                into[at] <- compared gaps isRatio source i j

                if refused < 0 && Single.IsNaN into[at] then
                    refused <- if Single.IsNaN source[i] then i else j

                at <- at + 1

        refused

    /// The features of one row with all that a survey may know of it; nothing is allocated.
    /// `values`: the samples, with `Gaps.Impute` the completed ones; `flux`: the samples as they were, NaN where missing;
    /// `errors`, `states`: one a sample, or empty; `numbers`: those that `numbers` names, NaN where missing; `into`: `size`
    /// numbers. An error where a gap is refused: the sample's index, or, behind those, the number's.
    let fillRow
        (features: Features)
        (values: ReadOnlySpan<float32>)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (states: ReadOnlySpan<SampleState>)
        (numbers: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        let level =
            match features.Level with
            | Level.AsGiven -> 1.0
            | Level.MeanFlux -> meanFlux flux

        let gaps = features.Gaps
        let samples = flux.Length
        let stride = stride features
        let mutable rest = features.Channels
        let mutable refused = -1
        let mutable c = 0
        let mutable block = stride * samples
        let mutable number = 0

        while not rest.IsEmpty do
            let channel = rest.Head

            let gap =
                match channel with
                | Channel.Flux -> fillValues gaps level values samples into c stride
                | Channel.FluxError -> fillErrors gaps level errors samples into c stride
                | Channel.LogError -> fillLogErrors gaps level errors samples into c stride
                | Channel.Observed ->
                    for i = 0 to samples - 1 do
                        into[i * stride + c] <- if Single.IsNaN flux[i] then 0.0f else 1.0f

                    -1
                | Channel.LogLevel ->
                    let logLevel = float32 (log10 level)

                    for i = 0 to samples - 1 do
                        into[i * stride + c] <- logLevel

                    -1
                | Channel.NotDetected ->
                    fillState states SampleState.NotDetected samples into c stride
                    -1
                | Channel.Saturated ->
                    fillState states SampleState.Saturated samples into c stride
                    -1
                | Channel.Clipped(low, high) -> fillClipped gaps low high values into c stride
                | Channel.Colours -> fillCompared gaps false -1 values into block
                | Channel.ColoursTo reference -> fillCompared gaps false reference values into block
                | Channel.FluxRatios -> fillCompared gaps true -1 values into block
                | Channel.Number _ ->
                    let value =
                        if number < numbers.Length then
                            numbers[number]
                        else
                            Single.NaN

                    number <- number + 1

                    match gaps with
                    | Gaps.Constant constant when Single.IsNaN value -> into[block] <- float32 constant
                    | Gaps.Constant _
                    | Gaps.Refuse
                    | Gaps.Interpolate
                    | Gaps.Impute -> into[block] <- value

                    if Single.IsNaN into[block] then
                        samples + number - 1
                    else
                        -1

            refused <- if refused < 0 then gap else refused
            block <- block + blockSize samples channel

            if not (isBlock channel) then
                c <- c + 1

            rest <- rest.Tail

        if refused >= 0 then Error refused else Ok()

    /// The features of one row, for channels that need neither states nor further columns; nothing is allocated where none
    /// is refused. `flux` and `errors`: the samples, NaN where not observed (`errors` empty where the survey has none);
    /// `into`: `size` numbers. An error where a gap is refused: the sample's index. With `Gaps.Impute` every gap is refused
    /// here: `Preprocessing` knows the mean colours.
    let fill
        (features: Features)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        fillRow features flux flux errors ReadOnlySpan.Empty ReadOnlySpan.Empty into
