namespace Redshift.Core.Templates

open System
open System.Numerics
open System.Threading.Tasks
open Redshift.Core.Distributions

/// A galaxy's spectrum at rest.
type Template =
    {
        Name: string
        /// f_lambda in any unit.
        Spectrum: Curve
    }

/// How a grid of model fluxes is made.
type TemplateGridSettings =
    {
        /// Models stand at the bins' centres.
        Redshifts: RedshiftGrid
        /// Models put between each two neighbouring templates, 0 to 20: mixtures that are linear in flux, as BPZ's INTERP.
        /// The order of the templates counts then.
        Between: int
        /// By hydrogen on the way.
        Absorption: Absorption
    }

    /// 0 to 2.6 in steps of 0.01, four models between neighbours, absorption by Madau 1995.
    static member Usual =
        { Redshifts =
            { Lowest = 0.0
              Highest = 2.6
              Bins = 260 }
          Between = 4
          Absorption = Absorption.Madau1995 }

/// Fluxes (f_nu) of templates through filters by redshift: [redshifts x bands x models], models together, each in a unit of
/// its own that is the same at all redshifts. Made by `TemplateGrid.create`.
[<Sealed>]
type TemplateGrid
    internal (settings: TemplateGridSettings, names: string[], bands: string[], stride: int, fluxes: float[]) =

    member _.Redshifts = settings.Redshifts
    member _.Settings = settings
    /// Of the templates, in order.
    member _.Templates = List.ofArray names
    /// Of the filters, in order.
    member _.Bands = List.ofArray bands
    /// The templates and what is between them.
    member _.Models = (names.Length - 1) * (settings.Between + 1) + 1
    /// Where a model stands among the templates: 2.4 is 0.6 of template 2 and 0.4 of template 3, from 0.
    member _.Position(model: int) = float model / float (settings.Between + 1)
    /// The flux of a model in a band at the centre of a bin.
    member _.Flux(bin: int, model: int, band: int) = fluxes[(bin * bands.Length + band) * stride + model]

    /// From one band to the next: the models, and zeros to a whole number of vectors.
    member internal _.Stride = stride
    member internal _.Fluxes = fluxes
    member internal _.BandCount = bands.Length

/// Making grids.
module TemplateGrid =

    /// 800 MB.
    [<Literal>]
    let private MostFluxes = 100_000_000L

    /// Spectra are brought to the same mean f_lambda here, Å at rest, so that mixtures of two have meaning.
    let private level = SyntheticFlux.level 5000.0 6000.0

    let private faultOfSize (settings: TemplateGridSettings) (templates: int) (bands: int) =
        let grid = settings.Redshifts
        let models = (int64 templates - 1L) * (int64 settings.Between + 1L) + 1L

        if templates = 0 then
            Some "templates: expected one or more, found none"
        elif bands = 0 then
            Some "filters: expected one or more, found none"
        elif settings.Between < 0 || settings.Between > 20 then
            Some $"models between templates: expected 0 to 20, found {settings.Between}"
        elif
            not (grid.Lowest >= 0.0 && grid.Highest <= 20.0 && grid.Highest > grid.Lowest)
            || grid.Bins < 1
        then
            Some
                $"redshifts: expected one bin or more in a range within 0 to 20, found {grid.Bins} from {grid.Lowest} to {grid.Highest}"
        elif (models + 16L) * int64 grid.Bins * int64 bands > MostFluxes then
            Some
                $"grid: expected at most {MostFluxes} fluxes, found {grid.Bins} redshifts, {bands} bands and {models} models"
        else
            None

    let private fault (settings: TemplateGridSettings) (templates: Template[]) (passbands: Passband[]) =
        match faultOfSize settings templates.Length passbands.Length with
        | Some fault -> Some fault
        | None ->
            templates
            |> Array.tryFind (fun template ->
                Array.exists (fun y -> y < 0.0) template.Spectrum.Y
                || not (level template.Spectrum > 0.0))
            |> Option.map (fun template ->
                $"template {template.Name}: expected a spectrum of at least 0, and above it between 5000 and 6000 Å, found another")

    /// From one band to the next.
    let private strideOf models =
        let lanes = Vector<float>.Count
        (models + lanes - 1) / lanes * lanes

    /// The fluxes of these templates through these filters. An error where there are none, a spectrum is below 0 somewhere
    /// or has no light between 5000 and 6000 Å, or the grid would be too large. The same bits for any number of threads
    /// (0: as many as processors).
    let create
        (threads: int)
        (settings: TemplateGridSettings)
        (templates: Template list)
        (passbands: Passband list)
        : Result<TemplateGrid, string> =
        let templates, passbands = Array.ofList templates, Array.ofList passbands

        match fault settings templates passbands with
        | Some fault -> Error fault
        | None ->
            let steps = settings.Between + 1
            let models = (templates.Length - 1) * steps + 1
            let stride = strideOf models
            let bands = passbands.Length
            let fluxes = Array.zeroCreate (settings.Redshifts.Bins * bands * stride)
            let levels = templates |> Array.map (fun template -> level template.Spectrum)

            let fill bin =
                let redshift = settings.Redshifts.Centre bin

                for band in 0 .. bands - 1 do
                    let unmixed =
                        templates
                        |> Array.mapi (fun t template ->
                            SyntheticFlux.mean settings.Absorption redshift template.Spectrum passbands[band]
                            / levels[t])

                    for model in 0 .. models - 1 do
                        let left, part = model / steps, float (model % steps) / float steps

                        fluxes[(bin * bands + band) * stride + model] <-
                            if part = 0.0 then
                                unmixed[left]
                            else
                                (1.0 - part) * unmixed[left] + part * unmixed[left + 1]

            let options =
                ParallelOptions(MaxDegreeOfParallelism = if threads > 0 then threads else Environment.ProcessorCount)

            Parallel.For(0, settings.Redshifts.Bins, options, fill) |> ignore
            // Numbers near 1: products of three fluxes of 1e-20 and less could vanish.
            let unit = Array.max fluxes

            if unit > 0.0 then
                let shared = Array.map (fun flux -> flux / unit) fluxes
                let names = templates |> Array.map _.Name
                Ok(TemplateGrid(settings, names, passbands |> Array.map _.Name, stride, shared))
            else
                Error "filters: expected some light of the templates in one of them, found none at any redshift"

    /// The fluxes as files hold them: [redshifts x bands x models], in single precision.
    let toSingles (grid: TemplateGrid) : float32[] =
        let models = grid.Models
        let rows = grid.Redshifts.Bins * grid.BandCount
        Array.init (rows * models) (fun at -> float32 grid.Fluxes[at / models * grid.Stride + at % models])

    /// The grid of such fluxes, which then are what they became in single precision. An error where there are more or
    /// fewer than settings, templates and bands ask for, or one is below 0 or not finite.
    let ofSingles
        (settings: TemplateGridSettings)
        (templates: string list)
        (bands: string list)
        (fluxes: float32[])
        : Result<TemplateGrid, string> =
        match faultOfSize settings templates.Length bands.Length with
        | Some fault -> Error fault
        | None ->
            let models = (templates.Length - 1) * (settings.Between + 1) + 1
            let rows = settings.Redshifts.Bins * bands.Length

            if fluxes.Length <> rows * models then
                Error $"grid: expected {rows * models} fluxes, found {fluxes.Length}"
            else
                match fluxes |> Array.tryFind (fun flux -> not (flux >= 0f && Single.IsFinite flux)) with
                | Some flux -> Error $"grid: expected fluxes of at least 0, found {flux}"
                | None ->
                    let stride = strideOf models
                    let wide = Array.zeroCreate (rows * stride)

                    fluxes
                    |> Array.iteri (fun at flux -> wide[at / models * stride + at % models] <- float flux)

                    Ok(TemplateGrid(settings, Array.ofList templates, Array.ofList bands, stride, wide))
