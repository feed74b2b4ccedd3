namespace Redshift.Core.Templates

open Redshift.Core

/// A file that a grid was made from.
type CurveFile =
    {
        /// Its name, as the recipe has it.
        Name: string
        /// Of its bytes, in lower-case hexadecimal.
        Sha256: string
    }

/// What is kept of a fit by templates beside the grid's fluxes.
type FittedTemplates =
    {
        /// As in `TemplateFit`.
        ZeroPoints: float[]
        /// As in `TemplateFit`.
        FluxFloors: float[]
        /// As in `TemplateFit`.
        Prior: TypePrior option
        /// Of the templates, then of the bands.
        Files: CurveFile list
    }

/// `templates.json`.
module FittedTemplates =

    let private writeClass (c: PriorClass) =
        Json.object
            [ "alpha", Json.float c.Alpha
              "redshift", Json.float c.Redshift
              "slope", Json.float c.Slope
              "share_offset", Json.float c.ShareOffset
              "share_slope", Json.float c.ShareSlope ]

    let private readClass (json: JsonReader) : PriorClass =
        json.Object(fun o ->
            { Alpha = o.Required("alpha", _.Positive)
              Redshift = o.Required("redshift", _.Positive)
              Slope = o.Required("slope", _.Float)
              ShareOffset = o.Required("share_offset", _.Float)
              ShareSlope = o.Required("share_slope", _.Float) })

    let private writePrior (prior: TypePrior) =
        Json.object
            [ "band", Json.int prior.Band
              "magnitude", Json.float prior.Magnitude
              "brightest", Json.float prior.Brightest
              "faintest", Json.float prior.Faintest
              "classes", prior.Classes |> Seq.map writeClass |> Json.list
              "class_of", prior.ClassOf |> Seq.map Json.int |> Json.list ]

    let private readPrior (json: JsonReader) : TypePrior =
        json.Object(fun o ->
            { Band = o.Required("band", _.Int)
              Magnitude = o.Required("magnitude", _.Float)
              Brightest = o.Required("brightest", _.Float)
              Faintest = o.Required("faintest", _.Float)
              Classes = o.Required("classes", _.List(readClass)) |> Array.ofList
              ClassOf = o.Required("class_of", _.List(_.Int)) |> Array.ofList })

    let write (fitted: FittedTemplates) : string =
        Json.object
            [ "zero_points", fitted.ZeroPoints |> Seq.map Json.float |> Json.list
              "errors", fitted.FluxFloors |> Seq.map Json.float |> Json.list
              "prior", fitted.Prior |> Json.option writePrior
              "files",
              fitted.Files
              |> List.map (fun f -> Json.object [ "name", Json.string f.Name; "sha256", Json.string f.Sha256 ])
              |> Json.list ]
        |> Json.text

    /// Reads it; an error is one line with the path. Whether it fits a grid is seen by `toFit`.
    let read (text: string) : Result<FittedTemplates, string> =
        let file (json: JsonReader) : CurveFile =
            json.Object(fun o ->
                { Name = o.Required("name", _.String)
                  Sha256 = o.Required("sha256", _.String) })

        JsonReader.Parse(
            text,
            _.Object(fun o ->
                { ZeroPoints = o.Required("zero_points", _.List(_.Float)) |> Array.ofList
                  FluxFloors = o.Required("errors", _.List(_.Float)) |> Array.ofList
                  Prior = o.Optional("prior", readPrior)
                  Files = o.Required("files", _.List(file)) })
        )

    /// The fit on a grid; an error where the two do not belong together, or a number is out of its range.
    let toFit
        (settings: TemplateFitSettings)
        (grid: TemplateGrid)
        (fitted: FittedTemplates)
        : Result<TemplateFit, string> =
        let fit =
            { Grid = grid
              Settings = settings
              ZeroPoints = fitted.ZeroPoints
              FluxFloors = fitted.FluxFloors
              Prior = fitted.Prior }

        match TemplateFit.faultOfNumbers fit with
        | Some fault -> Error fault
        | None -> Ok fit

    /// What is kept of a fit.
    let ofFit (files: CurveFile list) (fit: TemplateFit) : FittedTemplates =
        { ZeroPoints = fit.ZeroPoints
          FluxFloors = fit.FluxFloors
          Prior = fit.Prior
          Files = files }
