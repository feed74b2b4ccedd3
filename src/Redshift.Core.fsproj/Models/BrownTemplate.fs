/// Template fitting, the baseline of the photo-z comparison that is no machine learning.
module Redshift.Core.Models.BrownTemplate

open Redshift.Core.Calibration
open Redshift.Core.Catalogues
open Redshift.Core.Distributions
open Redshift.Core.Frames
open Redshift.Core.Templates

/// Galaxies of Coleman, Wu & Weedman (1980, doi:10.1086/190674) and starbursts of Kinney et al. (1996,
/// doi:10.1086/177583), as extended for LePhare, red to blue.
let private templates =
    [ "CWW_E_ext.sed"
      "CWW_Sbc_ext.sed"
      "CWW_Scd_ext.sed"
      "CWW_Im_ext.sed"
      "KIN_SB1_ext.sed"
      "KIN_SB2_ext.sed"
      "KIN_SB3_ext.sed"
      "KIN_SB6_ext.sed" ]

/// Files of the filters of COSMOS, as LePhare names them.
let private cosmos =
    [ "fuv", "FUV_galex.res"
      "nuv", "NUV_galex.res"
      "u", "u_megacam.res"
      "b", "B_subaru.res"
      "g", "g_subaru.res"
      "v", "V_subaru.res"
      "r", "r_subaru.res"
      "i", "i_subaru.res"
      "z", "z_subaru.res"
      "j", "J_wfcam.res"
      "k", "Ks_wircam.res" ]
    |> List.map (fun (band, file) -> $"{band}_photzi25", file)

/// Files of the filters of SDSS at no airmass, as kcorrect names them.
let private sdss = [ for band in [ "u"; "g"; "r"; "i"; "z" ] -> band, $"sdss_{band}0.dat" ]

/// The files of a survey's bands and the band of the prior; none where they are not known here.
let private filtersOf (survey: Survey) =
    let columns = survey.Samples |> List.map _.Column

    [ cosmos, "i_photzi25"; sdss, "i" ]
    |> List.tryFind (fun (filters, _) -> List.map fst filters = columns)

/// Steps of 0.01, to well beyond the survey's usual redshifts, lest the grid's end hide what lies there.
let private grid (survey: Survey) : RedshiftGrid =
    let highest = min 20.0 (round (13.0 * snd survey.RedshiftRange) / 10.0)

    { Lowest = 0.0
      Highest = highest
      Bins = int (round (100.0 * highest)) }

/// Survey columns and files belong together where they are known here; for other surveys a user names the filters.
let recipe (survey: Survey) : Recipe =
    let filters = filtersOf survey

    { Name = "brown-template"
      Description =
        "Magnitudes to p(z) by fitting spectra of galaxies, with zero points and a prior from the training part"
      Survey = survey.Name
      Cleaning = { RedshiftRange = None }
      Features = TemplateLearner.features
      Scaling = Scaling.Identity
      Clip = None
      Split = Division.Thesis
      Learner =
        Learner.Templates
            { TemplateFolder = None
              Templates = templates
              TemplateUnit = WavelengthUnit.Angstrom
              FilterFolder = None
              Filters =
                [ for band, file in filters |> Option.map fst |> Option.defaultValue [] ->
                      { Band = band
                        File = file
                        Counting = Counting.Photons } ]
              FilterUnit = WavelengthUnit.Angstrom
              Grid =
                { TemplateGridSettings.Usual with
                    Redshifts = grid survey }
              Fit = TemplateFitSettings.Usual
              LimitSigmas = 1.0
              SystematicError = TemplateFit.UsualFloor
              FitZeroPoints = true
              FitErrors = true
              Prior = filters |> Option.map (fun (_, band) -> band, 3) }
      Calibration =
        { Calibration.None with
            Pit = true
            Conformal = Some 0.9 }
      Flags = false
      Seed = 1UL }
