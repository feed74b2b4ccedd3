namespace Redshift.Core.Flags

open System
open System.Buffers
open System.Collections.Generic
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Frames

/// What an object's flags are decided by, fitted on the training and validation parts; stored with the model.
type Flagging =
    {
        /// How many samples a row has.
        Samples: int
        /// Whether rows are magnitudes: they are looked at as fluxes, in units of a magnitude of 22.5.
        Magnitudes: bool
        /// The lowest and the highest level (mean absolute flux of the observed samples) of the training part.
        Levels: float * float
        /// None where there were too few objects: nothing is then held to be unlike training.
        Novelty: Novelty option
    }

/// Fitting and applying.
module Flagging =

    /// Spectra of a lower signal-to-noise ratio have `LowSignal`.
    [<Literal>]
    let LeastSignal = 3.0

    /// Makes the median absolute deviation of normal noise its standard deviation.
    [<Literal>]
    let private NormalMedian = 1.482602

    /// The middle value, the lower of two; the values are put in order.
    let private median (values: Span<float32>) =
        values.Sort()
        float values[(values.Length - 1) / 2]

    /// Median flux over error, of samples that have both.
    let private signalByErrors (flux: ReadOnlySpan<float32>) (errors: ReadOnlySpan<float32>) (values: Span<float32>) =
        let mutable count = 0

        for i = 0 to flux.Length - 1 do
            if not (Single.IsNaN flux[i]) && errors[i] > 0.0f then
                values[count] <- flux[i] / errors[i]
                count <- count + 1

        if count > 0 then median (values.Slice(0, count)) else nan

    /// DER_SNR of the observed samples.
    let private signalBySamples (flux: ReadOnlySpan<float32>) (values: Span<float32>) (differences: Span<float32>) =
        let mutable count = 0

        for value in flux do
            if not (Single.IsNaN value) then
                values[count] <- value
                count <- count + 1

        for i = 2 to count - 3 do
            differences[i - 2] <- abs (2.0f * values[i] - values[i - 2] - values[i + 2])

        if count < 5 then
            nan
        else
            let noise = NormalMedian / sqrt 6.0 * median (differences.Slice(0, count - 4))
            let signal = median (values.Slice(0, count))
            // Without noise a spectrum of zeros still has no signal.
            if signal = 0.0 then 0.0 else signal / noise

    /// The signal-to-noise ratio of a sample of the spectrum: the median of flux over error where errors are given, else
    /// DER_SNR (Stoehr et al. 2008, ASP Conf. Ser. 394, 505): the median flux over 1.482602 / sqrt 6 times the median of
    /// |2 f(i) - f(i - 2) - f(i + 2)|. Noise that is correlated over more than two samples is then underestimated. NaN where
    /// fewer than five samples were observed and no errors are given.
    let signalToNoise (flux: ReadOnlySpan<float32>) (errors: ReadOnlySpan<float32>) : float =
        let rented = ArrayPool<float32>.Shared.Rent(2 * flux.Length)

        try
            let values = rented.AsSpan(0, flux.Length)

            let byErrors =
                if errors.IsEmpty then
                    nan
                else
                    signalByErrors flux errors values

            if Double.IsNaN byErrors then
                signalBySamples flux values (rented.AsSpan(flux.Length, flux.Length))
            else
                byErrors
        finally
            ArrayPool<float32>.Shared.Return rented

    let private levels (shapes: SpectrumShapes) =
        let each =
            shapes.Rows
            |> Seq.mapi (fun r _ -> Features.meanFlux (SpectrumShapes.flux shapes r))

        each
        |> Seq.fold (fun (low, high) level -> min low level, max high level) (infinity, -infinity)

    let private isRow (rows: int) (parts: IReadOnlyList<int> list) =
        parts |> List.forall (Seq.forall (fun row -> row >= 0 && row < rows))

    /// Fits on the rows `train` and sets thresholds on the rows `validation`. `fluxes` are [rows x samples], row-major, NaN
    /// where not observed; so are `errors`, or empty (they fit nothing, but are checked to be of the same length). Where
    /// either part has fewer than `Novelty.Least` rows, no spectrum will be held to be unlike training. The same rows give
    /// the same value for any number of threads. An error where the matrix does not fit to the samples and rows, or no
    /// training row has a finite flux.
    let fit
        (samples: int)
        (fluxes: float32[])
        (errors: float32[])
        (train: IReadOnlyList<int>)
        (validation: IReadOnlyList<int>)
        : Result<Flagging, string> =
        if samples < 1 || fluxes.Length % samples <> 0 then
            Error $"expected rows of {samples} samples, at least 1, found {fluxes.Length} fluxes"
        elif errors.Length <> 0 && errors.Length <> fluxes.Length then
            Error $"expected an error for each of {fluxes.Length} fluxes or none, found {errors.Length}"
        elif not (isRow (fluxes.Length / samples) [ train; validation ]) then
            Error $"expected rows from 0 to {fluxes.Length / samples - 1}, found others"
        else
            let shapes = SpectrumShapes.create samples fluxes train

            if shapes.Rows.Length = 0 then
                Error "expected a training row with finite fluxes, found none"
            else
                Ok
                    { Samples = samples
                      Magnitudes = false
                      Levels = levels shapes
                      Novelty = Novelty.fit shapes (SpectrumShapes.create samples fluxes validation) }

    /// Magnitudes as fluxes, and their errors as those of the fluxes; NaN stays NaN.
    let private toFluxes
        (magnitudes: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (fluxes: Span<float32>)
        (fluxErrors: Span<float32>)
        =
        for i = 0 to magnitudes.Length - 1 do
            fluxes[i] <- float32 (10.0 ** (-0.4 * (float magnitudes[i] - 22.5)))

            if errors.Length > 0 then
                fluxErrors[i] <- float32 (0.4 * log 10.0) * fluxes[i] * errors[i]

    /// As `fit`, of magnitudes and their errors in magnitudes. What was not observed and what was not detected both are gaps.
    let fitMagnitudes
        (samples: int)
        (magnitudes: float32[])
        (errors: float32[])
        (train: IReadOnlyList<int>)
        (validation: IReadOnlyList<int>)
        : Result<Flagging, string> =
        let fluxes = Array.zeroCreate magnitudes.Length
        toFluxes (ReadOnlySpan magnitudes) ReadOnlySpan.Empty (Span fluxes) Span.Empty

        fit samples fluxes errors train validation
        |> Result.map (fun flagging -> { flagging with Magnitudes = true })

    let private inputFlags (flagging: Flagging) (flux: ReadOnlySpan<float32>) =
        let mutable observed = 0

        for value in flux do
            if not (Single.IsNaN value) then
                observed <- observed + 1

        let level = Features.meanFlux flux
        let low, high = flagging.Levels

        let outOfRange =
            if observed > 0 && not (level >= low && level <= high) then
                RedshiftFlags.OutOfTrainingRange
            else
                RedshiftFlags.None

        let imputed =
            if observed < flux.Length then
                RedshiftFlags.ImputedInput
            else
                RedshiftFlags.None

        let unlike =
            match flagging.Novelty with
            | Some novelty when observed > 0 && Novelty.isUnlike novelty flux -> RedshiftFlags.UnlikeTraining
            | Some _
            | None -> RedshiftFlags.None

        struct (outOfRange ||| imputed ||| unlike, observed)

    let private signalFlag (flux: ReadOnlySpan<float32>) (errors: ReadOnlySpan<float32>) observed =
        let signal = signalToNoise flux errors

        if observed = 0 || signal < LeastSignal then
            RedshiftFlags.LowSignal
        else
            RedshiftFlags.None

    let private ofFluxes flagging (flux: ReadOnlySpan<float32>) (errors: ReadOnlySpan<float32>) =
        let struct (input, observed) = inputFlags flagging flux
        input ||| signalFlag flux errors observed

    /// Bands next to each other do not tell their noise: without errors only a row without any value has no signal.
    let private ofMagnitudes flagging (magnitudes: ReadOnlySpan<float32>) (errors: ReadOnlySpan<float32>) =
        let rented = ArrayPool<float32>.Shared.Rent(2 * magnitudes.Length)

        try
            let fluxes = rented.AsSpan(0, magnitudes.Length)
            let fluxErrors = rented.AsSpan(magnitudes.Length, errors.Length)
            toFluxes magnitudes errors fluxes fluxErrors
            let struct (input, observed) = inputFlags flagging (Span.op_Implicit fluxes)

            if errors.Length > 0 || observed = 0 then
                input
                ||| signalFlag (Span.op_Implicit fluxes) (Span.op_Implicit fluxErrors) observed
            else
                input
        finally
            ArrayPool<float32>.Shared.Return rented

    let private densityFlags (density: RedshiftDensity voption) =
        match density with
        | ValueNone -> RedshiftFlags.None
        | ValueSome density ->
            (if Peaks.several density then
                 RedshiftFlags.SeveralPeaks
             else
                 RedshiftFlags.None)
            ||| (if Peaks.atEdge density then
                     RedshiftFlags.GridEdge
                 else
                     RedshiftFlags.None)

    /// The flags of an object, from its own row alone: `Samples` fluxes (or magnitudes, as fitted), NaN where there is none, and
    /// as many errors or none.
    /// Flags of p(z) only where one is given. Fails with `ArgumentException` where the lengths are others.
    let inspect
        (flagging: Flagging)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (density: RedshiftDensity voption)
        : RedshiftFlags =
        if flux.Length <> flagging.Samples then
            raise (ArgumentException($"expected {flagging.Samples} fluxes, found {flux.Length}", nameof flux))

        if errors.Length <> 0 && errors.Length <> flux.Length then
            raise (ArgumentException($"expected {flux.Length} errors or none, found {errors.Length}", nameof errors))

        let ofInput =
            if flagging.Magnitudes then
                ofMagnitudes flagging flux errors
            else
                ofFluxes flagging flux errors

        ofInput ||| densityFlags density

    /// `flagging.json`.
    let write (flagging: Flagging) : string =
        let low, high = flagging.Levels

        Json.object
            [ "samples", Json.int flagging.Samples
              "magnitudes", Json.bool flagging.Magnitudes
              "levels", Json.list [ Json.float low; Json.float high ]
              "novelty", flagging.Novelty |> Json.option Novelty.write ]
        |> Json.text

    /// Reads `flagging.json`; an error is one line with the path.
    let read (text: string) : Result<Flagging, string> =
        let levels (j: JsonReader) =
            match j.List _.NonNegative with
            | [ low; high ] when low <= high -> low, high
            | _ -> j.Fail "two numbers, the lower first"

        JsonReader.Parse(
            text,
            _.Object(fun o ->
                let samples = o.Required("samples", _.Count)

                { Samples = samples
                  Magnitudes = o.Default("magnitudes", false, _.Bool)
                  Levels = o.Required("levels", levels)
                  Novelty = o.Optional("novelty", Novelty.read samples) })
        )
