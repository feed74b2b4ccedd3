using Redshift.Core.Catalogues;
using CoreSurvey = Redshift.Core.Catalogues.Survey;
using CoreSurveys = Redshift.Core.Catalogues.Surveys;

namespace Redshift;

/// <summary>How a survey's catalogue is laid out: columns, samples or bands, units, missing-value codes, row filters.</summary>
public sealed class Survey
{
    internal Survey(CoreSurvey core) => Core = core;

    internal CoreSurvey Core { get; }

    /// <summary>The survey's name, as given to <c>--survey</c>.</summary>
    public string Name => Core.Name;

    /// <summary>What it is, in a line.</summary>
    public string Description => Core.Description;

    /// <summary>Samples (or bands) of one object.</summary>
    public int SampleCount => Core.SampleCount;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The survey definitions that ship, and a user's own.</summary>
public static class Surveys
{
    /// <summary>Gaia DR3 BP/RP: 186 fluxes.</summary>
    public static Survey Gaia { get; } = Find("gaia");

    /// <summary>PEARS: 21 grism fluxes with errors (HST/ACS G800L).</summary>
    public static Survey Pears { get; } = Find("pears");

    /// <summary>PEARS: 12 broad bands and the 21 grism bins of the same objects together, as magnitudes.</summary>
    public static Survey PearsPhotometry { get; } = Find("pears-photometry");

    /// <summary>The SDSS main galaxy sample as MLZ distributes it: ugriz, colours, errors.</summary>
    public static Survey SdssMgs { get; } = Find("sdss-mgs");

    /// <summary>The SDSS early data release as ANNz distributes it: ugriz with errors, no header.</summary>
    public static Survey SdssEdr { get; } = Find("sdss-edr");

    /// <summary>SDSS galaxies and quasars, ugriz; redshifts are learnt from galaxies.</summary>
    public static Survey Sdss50k { get; } = Find("sdss50k");

    /// <summary>zCOSMOS-bright with 11 bands from FUV to K; redshifts are learnt from secure galaxies.</summary>
    public static Survey Zcosmos { get; } = Find("zcosmos");

    /// <summary>ALHAMBRA: 20 medium bands and JHKs.</summary>
    public static Survey Alhambra { get; } = Find("alhambra");

    /// <summary>All that ship.</summary>
    public static IReadOnlyList<Survey> All { get; } = CoreSurveys.all.Select(s => new Survey(s)).ToArray();

    /// <summary>A shipped definition by name.</summary>
    /// <exception cref="RedshiftException">There is none of that name; the message lists those there are.</exception>
    public static Survey Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var core = CoreSurveys.all.FirstOrDefault(s => s.Name == name)
            ?? throw new RedshiftException(
                $"survey: expected a JSON file or one of {string.Join(", ", CoreSurveys.all.Select(s => s.Name))}, found {name}");
        return new Survey(core);
    }

    /// <summary>A definition from a JSON file.</summary>
    /// <exception cref="RedshiftException">The file cannot be read or is not a survey definition; the message says where.</exception>
    public static Survey Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Survey(SurveyModule.parse(InputFile.ReadText(path, "a survey definition")).OrThrow(path));
    }

    /// <summary>A shipped definition where <paramref name="nameOrFile"/> is the name of one, else a file's.</summary>
    /// <exception cref="RedshiftException">Neither.</exception>
    public static Survey FindOrLoad(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        return All.FirstOrDefault(s => s.Name == nameOrFile)
            ?? (File.Exists(nameOrFile) ? Load(nameOrFile) : Find(nameOrFile));
    }
}
