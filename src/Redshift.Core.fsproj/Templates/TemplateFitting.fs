namespace Redshift.Core.Templates

open System
open System.Threading.Tasks
open Redshift.Core.Distributions

/// One thread's way from an object to its estimate.
[<Sealed>]
type internal TemplateEstimator(fit: TemplateFit) =
    let grid = fit.Grid
    let bins, stride, models = grid.Redshifts.Bins, grid.Stride, grid.Models
    let likelihood = TemplateLikelihood(grid, fit.Settings.Limits, fit.FluxFloors)
    let step = grid.Settings.Between + 1
    let templates = grid.Templates.Length
    let single = fit.Settings.Method = TemplateMethod.Single

    let matrix, right, solved =
        Array.zeroCreate (templates * templates), Array.zeroCreate templates, Array.zeroCreate templates

    let nonNegative = NonNegative templates
    // Of combinations, by redshift.
    let combined, leading, leadingAmplitude =
        Array.zeroCreate bins, Array.zeroCreate<int> bins, Array.zeroCreate bins
    // ln prior by class and redshift, spread over a class's models where models are single.
    let classes =
        match fit.Prior with
        | Some prior -> prior.Classes.Length
        | None -> 1

    let classOf =
        match fit.Prior with
        | Some prior -> prior.ClassOf
        | None -> Array.zeroCreate models

    let members = Array.init classes (fun c -> classOf |> Array.filter ((=) c) |> Array.length |> float)
    let logPrior = Array.zeroCreate<float>(bins * classes)

    /// The combination at each redshift.
    let combine () =
        for bin in 0 .. bins - 1 do
            likelihood.Normal(bin, templates, step, matrix, right)
            nonNegative.Solve(templates, matrix, right, solved)
            let mutable gain = 0.0
            let mutable lead, most = 0, -1.0

            for i in 0 .. templates - 1 do
                let mutable sum = 2.0 * right[i]
                let mutable light = 0.0

                for j in 0 .. templates - 1 do
                    sum <- sum - matrix[i * templates + j] * solved[j]

                for band in 0 .. grid.BandCount - 1 do
                    light <- light + solved[i] * grid.Flux(bin, i * step, band)

                gain <- gain + solved[i] * sum

                if light > most then
                    lead <- i
                    most <- light

            combined[bin] <- likelihood.Own - gain
            leading[bin] <- lead * step
            leadingAmplitude[bin] <- solved[lead]

    /// The bin and model of the least value.
    let least (valueAt: int -> int -> float) =
        let mutable bin, model, value = 0, 0, infinity

        for i in 0 .. bins - 1 do
            for m in 0 .. models - 1 do
                let found = valueAt i m

                if found < value then
                    bin <- i
                    model <- m
                    value <- found

        struct (bin, model, value)

    /// The object's magnitude in the prior's band, or that of the model that fits best.
    let magnitude (prior: TypePrior) (fluxes: float[]) at =
        let measured = Photometry.magnitudeOf fluxes[at + prior.Band]

        if Double.IsFinite measured then
            measured
        else
            let struct (bin, model, amplitude) =
                if single then
                    let struct (bin, model, _) = least (fun i m -> likelihood.Chi2[i * stride + m])
                    let struct (_, amplitude) = likelihood.Best(bin, model)
                    struct (bin, model, amplitude)
                else
                    let bin = combined |> Array.indexed |> Array.minBy snd |> fst
                    struct (bin, leading[bin], leadingAmplitude[bin])

            let modelled = Photometry.magnitudeOf (amplitude * grid.Flux(bin, model, prior.Band))

            if Double.IsFinite modelled then
                modelled
            else
                prior.Faintest

    let weigh (prior: TypePrior) magnitude =
        let density = TypePrior.logDensity prior magnitude

        for c in 0 .. classes - 1 do
            let inClass = density c

            for bin in 0 .. bins - 1 do
                // Finite, so that sums and differences are.
                logPrior[bin * classes + c] <-
                    max -1e6 (inClass (grid.Redshifts.Centre bin))
                    - (if single then log (max 1.0 members[c]) else 0.0)

        if not single then
            // A combination has no type: p(z, T | m) summed over T.
            for bin in 0 .. bins - 1 do
                let mine = Array.sub logPrior (bin * classes) classes
                let top = Array.max mine
                let all = top + log (mine |> Array.sumBy (fun l -> exp (l - top)))
                Array.fill logPrior (bin * classes) classes all

    /// -2 ln of likelihood times prior.
    let cost bin model =
        let chi2 =
            if single then
                likelihood.Chi2[bin * stride + model]
            else
                combined[bin]

        chi2 - 2.0 * logPrior[bin * classes + classOf[model]]

    let masses lowest =
        Array.init bins (fun bin ->
            let mutable sum = 0.0

            for m in 0 .. (if single then models - 1 else 0) do
                let excess = cost bin m - lowest

                // Beyond, nothing that a sum beside 1 would keep.
                if excess < 100.0 then
                    sum <- sum + exp (-0.5 * excess)

            sum)

    /// The best redshift of a model within half a bin or so, in tenths of one, the prior taken as linear between bins.
    let refine bin model =
        let costAt (i: int) part =
            let struct (chi2, amplitude) = likelihood.Best(i, model, part)
            let prior j = logPrior[j * classes + classOf[model]]
            struct (chi2 - 2.0 * ((1.0 - part) * prior i + part * prior (i + 1)), chi2, amplitude)

        let centre = grid.Redshifts.Centre bin
        let struct (chi2, amplitude) = likelihood.Best(bin, model)
        let mutable best = struct (cost bin model, centre, chi2, amplitude)

        for tenth in -9 .. 9 do
            let i, part =
                (if tenth < 0 then
                     bin - 1, float (10 + tenth) / 10.0
                 else
                     bin, float tenth / 10.0)

            if tenth <> 0 && i >= 0 && i + 1 < bins then
                let struct (total, chi2, amplitude) = costAt i part
                let struct (least, _, _, _) = best

                if total < least then
                    best <- struct (total, centre + float tenth / 10.0 * grid.Redshifts.Width, chi2, amplitude)

        best

    /// None where too few bands were detected.
    member _.Estimate(fluxes: float[], errors: float[], at: int) : TemplateEstimate option =
        likelihood.Take(fluxes, errors, at)

        if likelihood.Detected < fit.Settings.LeastBands then
            None
        else
            if single then likelihood.Fill() else combine ()

            fit.Prior |> Option.iter (fun prior -> weigh prior (magnitude prior fluxes at))
            let struct (bin, model, lowest) = least cost

            let struct (redshift, model, chi2, amplitude) =
                if single then
                    let struct (_, redshift, chi2, amplitude) = refine bin model
                    struct (redshift, model, chi2, amplitude)
                else
                    struct (grid.Redshifts.Centre bin, leading[bin], combined[bin], leadingAmplitude[bin])

            match BinnedDensity.Create(grid.Redshifts, masses lowest) with
            | Error _ -> None
            | Ok density ->
                let reach = fit.Settings.OddsWidth * (1.0 + redshift)

                Some
                    { Density = density
                      Redshift = redshift
                      Type = grid.Position model
                      Chi2 = max 0.0 chi2
                      Amplitude = amplitude
                      Odds = density.Cdf(redshift + reach) - density.Cdf(redshift - reach)
                      Bands = likelihood.BandsUsed }

/// Redshifts by templates.
module TemplateFitting =

    /// The estimate of each object; None where fewer bands were detected than the settings ask for. Photometry has the
    /// grid's bands, in order. The same bits for any number of `threads` (0: as many as processors).
    let estimate
        (threads: int)
        (fit: TemplateFit)
        (photometry: Photometry)
        : Result<TemplateEstimate option[], string> =
        match TemplateFit.fault fit photometry with
        | Some fault -> Error fault
        | None ->
            let corrected = Photometry.scaled fit.ZeroPoints photometry
            let estimates = Array.create photometry.Count None

            let options =
                ParallelOptions(MaxDegreeOfParallelism = if threads > 0 then threads else Environment.ProcessorCount)

            Parallel.For(
                0,
                photometry.Count,
                options,
                (fun () -> TemplateEstimator fit),
                (fun i _ (estimator: TemplateEstimator) ->
                    estimates[i] <- estimator.Estimate(corrected.F, corrected.E, i * photometry.Bands)
                    estimator),
                ignore
            )
            |> ignore

            Ok estimates
