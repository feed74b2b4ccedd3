namespace Redshift.Core.Catalogues

open System.IO
open System.Reflection
open Redshift.Core

/// The surveys that ship: one line and one file `Surveys/NAME.json` each, embedded in the assembly.
module Surveys =

    let private shipped (name: string) : Survey =
        let assembly = Assembly.GetExecutingAssembly()

        use stream = assembly.GetManifestResourceStream $"Redshift.Core.Catalogues.Surveys.{name}.json"

        use text = new StreamReader(stream)

        match JsonReader.Parse(text.ReadToEnd(), SurveyJson.read) with
        | Ok survey -> survey
        | Error message -> invalidOp $"{name}.json: {message}"

    /// Gaia DR3 BP/RP spectra of galaxies, 186 samples.
    let gaia = shipped "gaia"

    /// PEARS grism spectra (HST/ACS G800L), 21 bins.
    let pears = shipped "pears"

    /// The same objects by their broad bands and the bins of the grism together, as magnitudes.
    let pearsPhotometry = shipped "pears-photometry"

    /// The SDSS main galaxy sample as machine-learning codes pass it around: ugriz, their colours and errors.
    let sdssMgs = shipped "sdss-mgs"

    /// SDSS early data release, ugriz with errors, without a header.
    let sdssEdr = shipped "sdss-edr"

    /// 50,000 SDSS galaxies and quasars, ugriz.
    let sdss50k = shipped "sdss50k"

    /// zCOSMOS-bright with the COSMOS photometry, 11 bands from FUV to K.
    let zcosmos = shipped "zcosmos"

    /// ALHAMBRA, 20 medium bands and JHKs.
    let alhambra = shipped "alhambra"

    /// Every survey that ships.
    let all: Survey list = [ gaia; pears; pearsPhotometry; sdssMgs; sdssEdr; sdss50k; zcosmos; alhambra ]

/// Survey definitions: a file of the user's has the same format as those that ship.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Survey =

    /// Every survey that ships.
    let all: Survey list = Surveys.all

    /// The survey of that name among those that ship.
    let find (name: string) : Survey option = all |> List.tryFind (fun survey -> survey.Name = name)

    /// A survey from its JSON. An error is one line: `samples/columns: expected a list, found 3`.
    let parse (json: string) : Result<Survey, string> = JsonReader.Parse(json, SurveyJson.read)

    /// The JSON of a survey, ranges written out: `parse (write survey) = Ok survey`, for surveys whose samples all have
    /// a wavelength or none (JSON gives no other).
    let write (survey: Survey) : string = Json.text (SurveyJson.write survey)
