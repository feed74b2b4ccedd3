namespace Redshift.Core.Figures

open System
open Redshift.Core.Frames

/// One object's spectrum.
type ExampleSpectrum =
    {
        /// What it is called in the caption: `row 12`.
        Name: string
        /// NaN where unknown.
        Redshift: float
        /// One number a sample, NaN where missing.
        Flux: float[]
    }

/// Spectra over wavelength where the survey knows it, else over the number of the sample.
module Spectra =

    let private axis (wavelengths: float[] option) samples =
        match wavelengths with
        | Some nm -> nm, "Wavelength (nm)"
        | None -> Array.init samples float, "Sample (wavelength not known)"

    // The pages' JSON writes NaN as a text, which plotly reads as a gap; leaving points out would join across it.
    let private trace name colour x (flux: float[]) = Style.line name colour "solid" x flux

    let private sentenceCase (title: string) =
        if title = "" then
            title
        else
            title.Substring(0, 1).ToUpperInvariant() + title.Substring 1

    /// One spectrum; none without samples. `fluxTitle` is the vertical axis's title, its unit in brackets.
    let single (fluxTitle: string) (wavelengths: float[] option) (spectrum: ExampleSpectrum) : Figure option =
        if Array.isEmpty spectrum.Flux then
            None
        else
            let x, title = axis wavelengths spectrum.Flux.Length

            let redshift =
                if Double.IsFinite spectrum.Redshift then
                    $", z = {Style.digits 3 spectrum.Redshift}"
                else
                    ""

            Some(
                Style.figure
                    "spectrum"
                    "One spectrum"
                    $"n = 1 galaxy ({spectrum.Name}{redshift}), {spectrum.Flux.Length} samples."
                    (Style.layout (Style.xAxis title) (Style.yAxis (sentenceCase fluxTitle)) false)
                    [ trace "flux" Style.blue x spectrum.Flux ]
            )

    let private label (spectrum: MeanSpectrum) =
        $"{Style.digits 1 spectrum.Lo} ≤ z < {Style.digits 1 spectrum.Hi} (n = {Style.count spectrum.Drawn})"

    /// Mean spectra of the ranges of redshift that hold galaxies; none if no range does.
    let means (fluxTitle: string) (wavelengths: float[] option) (spectra: MeanSpectrum list) : Figure option =
        let colours = Array.ofList Style.ordered
        let drawn = spectra |> List.mapi (fun i spectrum -> colours[i % colours.Length], spectrum)

        match
            drawn
            |> List.filter (fun (_, spectrum) -> spectrum.Drawn > 0 && spectrum.Flux.Length > 0)
        with
        | [] -> None
        | (_, first) :: _ as some ->
            let x, title = axis wavelengths first.Flux.Length
            let total = some |> List.sumBy (fun (_, spectrum) -> spectrum.Drawn)

            Some(
                Style.figure
                    "mean-spectra"
                    "Mean spectra by redshift"
                    ($"n = {Style.count total} galaxies, at most {Style.count Statistics.drawnAtMost} a range, drawn with "
                     + "the seed of the report.")
                    (Style.layout (Style.xAxis title) (Style.yAxis $"Mean {fluxTitle}") true)
                    [ for colour, spectrum in some -> trace (label spectrum) colour x spectrum.Flux ]
            )
