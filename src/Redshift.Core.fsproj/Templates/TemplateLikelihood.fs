namespace Redshift.Core.Templates

open System
open System.Numerics

/// One thread's likelihood of one object at a time, at its best amplitude of at least 0, at each redshift and model. As BPZ,
/// and not integrated over amplitudes.
[<Sealed>]
type internal TemplateLikelihood(grid: TemplateGrid, limits: UpperLimit, floors: float[]) =
    let stride, bands, lanes = grid.Stride, grid.BandCount, Vector<float>.Count
    let chi2 = Array.zeroCreate<float>(grid.Redshifts.Bins * stride)
    // Of bands that count, one after the other.
    let used = Array.zeroCreate<int> bands
    let weight = Array.zeroCreate<float> bands
    let flux = Array.zeroCreate<float> bands
    let mutable count = 0
    let mutable own = 0.0
    // Of bands with one-sided limits.
    let limited = Array.zeroCreate<int> bands
    let sigma = Array.zeroCreate<float> bands
    let mutable limitCount = 0

    let add band f w =
        used[count] <- band
        flux[count] <- f
        weight[count] <- w
        own <- own + w * f * f
        count <- count + 1

    /// chi2 of all models at a redshift: own - fm^2 / mm, where fm = sum w f m and mm = sum w m^2.
    let sweep bin =
        let first = bin * stride
        let mutable model = 0

        while model < stride do
            let mutable fm = Vector<float>.Zero
            let mutable mm = Vector<float>.Zero

            for k in 0 .. count - 1 do
                let m = Vector<float>(grid.Fluxes, (bin * bands + used[k]) * stride + model)
                let wm = Vector.Multiply(weight[k], m)
                fm <- fm + Vector.Multiply(flux[k], wm)
                mm <- mm + wm * m

            let fm = Vector.Max(fm, Vector<float>.Zero)

            let gain =
                Vector.ConditionalSelect(Vector.GreaterThan(mm, Vector<float>.Zero), fm * (fm / mm), Vector.Zero)

            (Vector<float> own - gain).CopyTo(chi2, first + model)
            model <- model + lanes

    /// Of one model: `at bandIndex` is its flux.
    let products (fluxAt: int -> float) =
        let mutable fm, mm = 0.0, 0.0

        for k in 0 .. count - 1 do
            let m = fluxAt used[k]
            fm <- fm + weight[k] * flux[k] * m
            mm <- mm + weight[k] * m * m

        struct (fm, mm)

    /// -2 ln L of the limits at an amplitude, its gradient over -2, and its curvature over -2.
    let limitTerms sigmas (fluxAt: int -> float) amplitude =
        let mutable value, slope, curve = 0.0, 0.0, 0.0

        for k in 0 .. limitCount - 1 do
            let m = fluxAt limited[k] / sigma[k]
            let x = sigmas - amplitude * m
            let struct (log, ratio) = UpperLimit.logBelow x
            value <- value - 2.0 * log
            slope <- slope - m * ratio
            curve <- curve - m * m * ratio * (ratio + x)

        struct (value, slope, curve)

    /// Newton's steps to the amplitude of the largest likelihood, which is concave, between 0 and that without limits.
    let bounded sigmas (fluxAt: int -> float) =
        let struct (fm, mm) = products fluxAt
        let mutable low, high = 0.0, (if mm > 0.0 then max 0.0 (fm / mm) else 0.0)
        let mutable amplitude = high
        let mutable steps = if high > 0.0 then 40 else 0

        while steps > 0 do
            let struct (_, slope, curve) = limitTerms sigmas fluxAt amplitude
            let gradient = fm - amplitude * mm + slope

            if gradient > 0.0 then
                low <- amplitude
            else
                high <- amplitude

            let newton = amplitude - gradient / (curve - mm)

            let next =
                if newton >= low && newton <= high then
                    newton
                else
                    (low + high) / 2.0

            steps <-
                if abs (next - amplitude) <= 1e-9 * next then
                    0
                else
                    steps - 1

            amplitude <- next

        amplitude

    let best (fluxAt: int -> float) =
        match limits with
        | UpperLimit.Below sigmas when limitCount > 0 ->
            let amplitude = bounded sigmas fluxAt
            let struct (fm, mm) = products fluxAt
            let struct (value, _, _) = limitTerms sigmas fluxAt amplitude
            struct (own - 2.0 * amplitude * fm + amplitude * amplitude * mm + value, amplitude)
        | UpperLimit.Below _
        | UpperLimit.ZeroFlux ->
            let struct (fm, mm) = products fluxAt
            let amplitude = if mm > 0.0 then max 0.0 (fm / mm) else 0.0
            struct (own - amplitude * (2.0 * fm - amplitude * mm), amplitude)

    /// [redshifts x stride], after `Fill`.
    member _.Chi2 = chi2
    /// Bands that count, limits included.
    member _.BandsUsed = count + limitCount
    /// Bands with a flux of their own.
    member val Detected = 0 with get, set

    /// Takes an object: fluxes and errors from `at` on.
    member this.Take(fluxes: float[], errors: float[], at: int) : unit =
        count <- 0
        limitCount <- 0
        own <- 0.0
        this.Detected <- 0

        for band in 0 .. bands - 1 do
            let f, e = fluxes[at + band], errors[at + band]

            if not (Double.IsNaN f) then
                this.Detected <- this.Detected + 1
                add band f (1.0 / (e * e + floors[band] * floors[band] * f * f))
            elif not (Double.IsNaN e) then
                match limits with
                | UpperLimit.ZeroFlux -> add band 0.0 (1.0 / (e * e))
                | UpperLimit.Below _ ->
                    limited[limitCount] <- band
                    sigma[limitCount] <- e
                    limitCount <- limitCount + 1

    /// chi2 at every redshift and model.
    member this.Fill() : unit =
        for bin in 0 .. grid.Redshifts.Bins - 1 do
            sweep bin

        if limitCount > 0 then
            for bin in 0 .. grid.Redshifts.Bins - 1 do
                for model in 0 .. grid.Models - 1 do
                    let struct (value, _) = this.Best(bin, model)
                    chi2[bin * stride + model] <- value

    /// chi2 and amplitude of a model at a bin's centre.
    member _.Best(bin: int, model: int) : struct (float * float) =
        best (fun band -> grid.Fluxes[(bin * bands + band) * stride + model])

    /// The same `part` of the way to the next bin, fluxes taken as linear between the two.
    member _.Best(bin: int, model: int, part: float) : struct (float * float) =
        best (fun band ->
            let at = (bin * bands + band) * stride + model
            (1.0 - part) * grid.Fluxes[at] + part * grid.Fluxes[at + bands * stride])

    /// The normal equations of a combination of the pure templates at a redshift: `matrix` [n x n] and `right` [n].
    member _.Normal(bin: int, n: int, step: int, matrix: float[], right: float[]) : unit =
        Array.fill matrix 0 (n * n) 0.0
        Array.fill right 0 n 0.0

        for k in 0 .. count - 1 do
            let at = (bin * bands + used[k]) * stride

            for i in 0 .. n - 1 do
                let wm = weight[k] * grid.Fluxes[at + i * step]
                right[i] <- right[i] + flux[k] * wm

                for j in 0 .. n - 1 do
                    matrix[i * n + j] <- matrix[i * n + j] + wm * grid.Fluxes[at + j * step]

    /// chi2 without any model: sum w f^2.
    member _.Own = own
