using Microsoft.FSharp.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Frames;
using Redshift.Core.Models;
using Redshift.Engine;

namespace Redshift.Training;

/// <summary>The recipe with what the options change.</summary>
internal static class TrainingOptionsApplied
{
    /// <summary>Checks the options and applies them.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static Recipe To(Recipe recipe, TrainingOptions options)
    {
        AtLeastOne(options.Epochs, nameof(options.Epochs));
        AtLeastOne(options.BatchSize, nameof(options.BatchSize));
        Backends.CheckThreads(options.Threads);
        if (options.MaxRedshift is { } highest && !(highest > 0.0 && double.IsFinite(highest)))
        {
            throw new ArgumentException($"expected a highest redshift above 0, found {highest}", nameof(options));
        }

        if (options.Ensemble is < 1 or > RecipeModule.MostNetworks)
        {
            throw new ArgumentException($"expected {nameof(options.Ensemble)} of 1 to {RecipeModule.MostNetworks}, found {options.Ensemble}", nameof(options));
        }

        if (options.Folds is < 2 or > SplitModule.MostFolds)
        {
            throw new ArgumentException($"expected {nameof(options.Folds)} of 2 to {SplitModule.MostFolds}, found {options.Folds}", nameof(options));
        }

        if (!RecipeModule.trainsNetworks(recipe) && (options.Epochs ?? options.BatchSize ?? options.Ensemble) is not null)
        {
            throw new ArgumentException(
                $"expected a recipe of networks for {nameof(options.Epochs)}, {nameof(options.BatchSize)} and {nameof(options.Ensemble)}, found {recipe.Name}", nameof(options));
        }

        if (options.ScaleLearningRate && options.BatchSize is null)
        {
            throw new ArgumentException(
                $"--scale-learning-rate: expected a batch size (--batch-size, {nameof(options.BatchSize)}) with it, found none");
        }

        if (options.Folds is { } folds)
        {
            recipe = RecipeModule.withFolds(folds, recipe);
        }

        CheckFolders([recipe], options.TemplateFolder, options.FilterFolder);
        var changed = WithFolders(
            RecipeModule.withChanges(
                OfNullable(options.Seed),
                OfNullable(options.Epochs),
                OfNullable(options.ScaleLearningRate ? null : options.BatchSize),
                OfNullable(options.MaxRedshift),
                recipe),
            options.TemplateFolder,
            options.FilterFolder);
        if (options is { ScaleLearningRate: true, BatchSize: { } batchSize })
        {
            changed = RecipeModule.withScaledBatch(batchSize, changed);
        }

        return options is { Ensemble: null, SlopeCorrection: null }
            ? changed
            : RecipeModule.withLaterChoices(
                options.Ensemble ?? recipe.Networks?.Value.Training.Ensemble ?? 1,
                options.SlopeCorrection is { } space ? SpaceOf(space) : recipe.Calibration.Slope,
                changed);
    }

    /// <summary>
    /// A recipe with the folders of its templates and filters where they are given; others than recipes of templates, which
    /// must have them then, are as they are.
    /// </summary>
    /// <exception cref="ArgumentException">A recipe of templates has no folder.</exception>
    public static Recipe WithFolders(Recipe recipe, string? templateFolder, string? filterFolder)
    {
        var changed = RecipeModule.withFolders(OptionModule.OfObj(templateFolder), OptionModule.OfObj(filterFolder), recipe);
        if (changed.Learner is Learner.Templates { Item: var learner })
        {
            CheckFolder(learner.TemplateFolder, "spectra", "--templates", nameof(TrainingOptions.TemplateFolder), "templates/folder");
            CheckFolder(learner.FilterFolder, "filter curves", "--filters", nameof(TrainingOptions.FilterFolder), "templates/filters/folder");
        }

        return changed;

        void CheckFolder(FSharpOption<string>? folder, string what, string switchName, string option, string field)
        {
            if (folder is null)
            {
                throw new ArgumentException(
                    $"{recipe.Name}: expected the folder with its files of {what} ({switchName} FOLDER, {option} or the recipe's {field}), found none");
            }
        }
    }

    /// <summary>Refuses folders that no recipe asks for.</summary>
    /// <exception cref="ArgumentException">One is given, and no recipe is one of templates.</exception>
    public static void CheckFolders(IEnumerable<Recipe> recipes, string? templateFolder, string? filterFolder)
    {
        if ((templateFolder ?? filterFolder) is not null && recipes.All(recipe => recipe.Learner is not Learner.Templates))
        {
            throw new ArgumentException(
                $"expected a recipe of templates for {nameof(TrainingOptions.TemplateFolder)} and {nameof(TrainingOptions.FilterFolder)}, "
                + $"found {string.Join(", ", recipes.Select(recipe => recipe.Name))}");
        }
    }

    private static FSharpOption<CorrectionSpace>? SpaceOf(SlopeCorrectionSpace space) => space switch
    {
        SlopeCorrectionSpace.None => null,
        SlopeCorrectionSpace.Redshift => FSharpOption<CorrectionSpace>.Some(CorrectionSpace.Redshift),
        SlopeCorrectionSpace.LogOnePlusZ => FSharpOption<CorrectionSpace>.Some(CorrectionSpace.LogOnePlusZ),
        _ => throw new ArgumentException($"expected a space of slope correction, found {space}", nameof(space)),
    };

    private static void AtLeastOne(int? value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"expected {name} of at least 1, found {value}", nameof(value));
        }
    }

    private static FSharpOption<T>? OfNullable<T>(T? value)
        where T : struct => value is { } some ? FSharpOption<T>.Some(some) : null;
}
