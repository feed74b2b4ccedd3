namespace Redshift.Core.Models

open System
open Redshift.Core
open Redshift.Core.Distributions
open Redshift.Core.Templates

/// Learners of templates as JSON.
module internal TemplateJson =

    /// A grid of steps so many times finer than any in use.
    [<Literal>]
    let private MostBins = 100_000

    let private units =
        [ "angstrom", WavelengthUnit.Angstrom
          "nanometre", WavelengthUnit.Nanometre
          "micrometre", WavelengthUnit.Micrometre ]

    let private countings = [ "photons", Counting.Photons; "energy", Counting.Energy ]
    let private absorptions = [ "none", Absorption.Nothing; "madau_1995", Absorption.Madau1995 ]
    let private nameOf cases value = cases |> List.find (fun (_, known) -> known = value) |> fst |> Json.string

    let private writeFilter (filter: BandFilter) =
        Json.object
            [ "band", Json.string filter.Band
              "file", Json.string filter.File
              "counts", nameOf countings filter.Counting ]

    let private writeRedshifts (grid: RedshiftGrid) =
        Json.object
            [ "lowest", Json.float grid.Lowest
              "highest", Json.float grid.Highest
              "step", Json.float grid.Width ]

    let private writeLimits (limits: UpperLimit) =
        match limits with
        | UpperLimit.ZeroFlux -> Json.string "zero_flux"
        | UpperLimit.Below sigmas -> Json.object [ "below_sigmas", Json.float sigmas ]

    let write (t: TemplateLearner) : JsonValue =
        Json.object
            [ "folder", t.TemplateFolder |> Json.option Json.string
              "files", t.Templates |> List.map Json.string |> Json.list
              "wavelength_unit", nameOf units t.TemplateUnit
              "filters",
              Json.object
                  [ "folder", t.FilterFolder |> Json.option Json.string
                    "bands", t.Filters |> List.map writeFilter |> Json.list
                    "wavelength_unit", nameOf units t.FilterUnit ]
              "redshifts", writeRedshifts t.Grid.Redshifts
              "between", Json.int t.Grid.Between
              "absorption", nameOf absorptions t.Grid.Absorption
              "combination", Json.bool (t.Fit.Method = TemplateMethod.Combination)
              "limits", writeLimits t.Fit.Limits
              "limit_sigmas", Json.float t.LimitSigmas
              "least_bands", Json.int t.Fit.LeastBands
              "systematic_error", Json.float t.SystematicError
              "fit_zero_points", Json.bool t.FitZeroPoints
              "fit_errors", Json.bool t.FitErrors
              "prior",
              t.Prior
              |> Json.option (fun (band, classes) ->
                  Json.object [ "band", Json.string band; "classes", Json.int classes ]) ]

    /// What `read` reads, where it passes.
    let private where expected (passes: 'T -> bool) (read: JsonReader -> 'T) (json: JsonReader) : 'T =
        let value = read json
        if passes value then value else json.Fail expected

    let private distinct what (keys: 'T list -> string list) (values: 'T list) (json: JsonReader) =
        match keys values |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1) with
        | Some(twice, _) -> json.Fail($"each {what} once", $"{twice} twice")
        | None -> values

    let private name (json: JsonReader) = json |> where "a name" (String.IsNullOrWhiteSpace >> not) _.String

    let private readFiles (json: JsonReader) : string list =
        match json.List name with
        | [] -> json.Fail("one file or more", "none")
        | files -> distinct "file" id files json

    let private readFilter (json: JsonReader) : BandFilter =
        json.Object(fun o ->
            { Band = o.Required("band", name)
              File = o.Required("file", name)
              Counting = o.Default("counts", Counting.Photons, _.OneOf(countings)) })

    let private readFilters (json: JsonReader) : BandFilter list =
        distinct "band" (List.map (fun (filter: BandFilter) -> filter.Band)) (json.List readFilter) json

    let private readRedshifts (json: JsonReader) : RedshiftGrid =
        let lowest, highest, step =
            json.Object(fun o ->
                o.Required("lowest", where "0 to 20" (fun z -> z <= 20.0) _.NonNegative),
                o.Required("highest", where "above 0 to 20" (fun z -> z <= 20.0) _.Positive),
                o.Required("step", _.Positive))

        let bins = Math.Round((highest - lowest) / step)

        if not (bins >= 1.0 && bins <= float MostBins) then
            json.Fail($"1 to {MostBins} steps from lowest to highest", string bins)
        elif abs (bins * step - (highest - lowest)) > 1e-6 * step then
            json.Fail("a whole number of steps from lowest to highest", string ((highest - lowest) / step))
        else
            { Lowest = lowest
              Highest = highest
              Bins = int bins }

    let private readLimits (combination: bool) (json: JsonReader) : UpperLimit =
        if json.IsString then
            json.OneOf [ "zero_flux", UpperLimit.ZeroFlux ]
        elif combination then
            json.Fail "\"zero_flux\", with combinations of templates"
        else
            json.Object(fun o ->
                o.Required("below_sigmas", where "-100 to 100" (fun sigmas -> abs sigmas <= 100.0) _.Float)
                |> UpperLimit.Below)

    let private readPrior (filters: BandFilter list) (json: JsonReader) : string * int =
        json.Object(fun o ->
            o.Required(
                "band",
                where
                    "one of the filters' bands"
                    (fun band -> filters |> List.exists (fun (f: BandFilter) -> f.Band = band))
                    _.String
            ),
            o.Default("classes", 3, where "1 to 8 classes" (fun classes -> classes <= 8) _.Count))

    let read (json: JsonReader) : TemplateLearner =
        let unit (o: JsonFields) = o.Default("wavelength_unit", WavelengthUnit.Angstrom, _.OneOf(units))
        let grid, fit = TemplateGridSettings.Usual, TemplateFitSettings.Usual

        json.Object(fun o ->
            let filterFolder, filters, filterUnit =
                o.Required(
                    "filters",
                    _.Object(fun f -> f.Optional("folder", name), f.Required("bands", readFilters), unit f)
                )

            let combination = o.Default("combination", false, _.Bool)

            { TemplateFolder = o.Optional("folder", name)
              Templates = o.Required("files", readFiles)
              TemplateUnit = unit o
              FilterFolder = filterFolder
              Filters = filters
              FilterUnit = filterUnit
              Grid =
                { Redshifts = o.Default("redshifts", grid.Redshifts, readRedshifts)
                  Between = o.Default("between", grid.Between, where "0 to 20" (fun n -> n >= 0 && n <= 20) _.Int)
                  Absorption = o.Default("absorption", grid.Absorption, _.OneOf(absorptions)) }
              Fit =
                { Method =
                    if combination then
                        TemplateMethod.Combination
                    else
                        TemplateMethod.Single
                  Limits = o.Default("limits", fit.Limits, readLimits combination)
                  OddsWidth = fit.OddsWidth
                  LeastBands = o.Default("least_bands", fit.LeastBands, _.Count) }
              LimitSigmas = o.Default("limit_sigmas", 1.0, _.Positive)
              SystematicError =
                o.Default(
                    "systematic_error",
                    TemplateFit.UsualFloor,
                    where "0 to 1000" (fun part -> part <= 1000.0) _.NonNegative
                )
              FitZeroPoints = o.Default("fit_zero_points", true, _.Bool)
              FitErrors = o.Default("fit_errors", true, _.Bool)
              Prior = o.Optional("prior", readPrior filters) })
