using Microsoft.FSharp.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Core.Models;

namespace Redshift.ModelFiles.Keras;

/// <summary>
/// From a Keras file to a run: the network's weights, a recipe that says how it was made, and no test part.
/// </summary>
internal static class KerasImport
{
    private const ulong Seed = 1;

    /// <summary>What Keras's fit takes where nothing is said; a file does not tell what was said.</summary>
    private const int UsualBatch = 32;
    private const int UsualEpochs = 1;

    /// <summary>Reads a file.</summary>
    /// <exception cref="RedshiftException">The file, the survey or the scaling is at fault.</exception>
    public static (RunRecord Run, KerasImportSummary Summary) Read(string path, KerasImportOptions options)
    {
        var file = KerasFile.Read(path);
        var translated = KerasNetwork.Of(file.Model);
        var network = translated.Network;
        var training = KerasTraining.Of(file.Training);
        var version = OneLine.Of(file.Version);
        IReadOnlyList<string> all =
        [
            .. translated.Notes,
            .. training.Notes,
            $"batch size, epochs and split are not in a Keras file: the recipe has {UsualBatch}, {UsualEpochs} and the usual",
        ];
        var preprocessing = options.ScalingFile is { } scaling
            ? ScalingFile.Read(scaling, Samples(network.Input))
            : ScalingFile.Identity(Samples(network.Input));
        CheckInput(path, network.Input, preprocessing);
        var survey = SurveyOf(path, options.Survey, preprocessing.Samples);
        var run = new RunRecord
        {
            Recipe = RecipeOf(path, version, network, training, preprocessing, survey),
            Survey = survey.Core,
            Parts = [new TrainedNetworks(preprocessing, [new TrainedMember(translated.Read(file.Weights), [])])],
            Test = [],
            Split = SplitSummary.Of(Seed, new Split([], [], []), 0, 0),
            Provenance = Provenance.OfImport(path, file.Sha256, $"Keras {version}", all),
        };
        return (run, new KerasImportSummary(network.Name, version, network.ParameterCount, survey.Name, all));
    }

    /// <summary>Samples of a spectrum whose only channel is the flux.</summary>
    private static int Samples(Shape input) => input is Shape.Signal { length: var length } ? length : input.Size;

    /// <summary>The input's shape, not only its size, must be what the features give.</summary>
    private static void CheckInput(string path, Shape input, Preprocessing preprocessing)
    {
        var channels = preprocessing.Features.Channels.Length;
        var fits = input is Shape.Signal { channels: var found, length: var length }
            ? found == channels && length == preprocessing.Samples
            : input.Size == preprocessing.Size;
        if (!fits)
        {
            throw new RedshiftException(
                $"{path}: expected a network whose input is {channels} x {preprocessing.Samples} (channels x samples), "
                + $"found {input}"
                + (channels == 1 && input.IsSignal
                    ? "; --scaling with a preprocessing.json says what further channels are"
                    : ""));
        }
    }

    private static Survey SurveyOf(string path, Survey? given, int samples)
    {
        var survey = given ?? (samples == Surveys.Gaia.SampleCount ? Surveys.Gaia : null);
        return survey is null
            ? throw new RedshiftException(
                $"{path}: expected a network of {Surveys.Gaia.SampleCount} samples (survey gaia), found {samples}; "
                + "name its survey by --survey")
            : survey.SampleCount == samples
                ? survey
                : throw new RedshiftException(
                    $"{path}: expected a network of {survey.SampleCount} samples as survey {survey.Name} has, "
                    + $"found {samples}");
    }

    private static Recipe RecipeOf(
        string path,
        string version,
        Network network,
        KerasTraining training,
        Preprocessing preprocessing,
        Survey survey) => new(
            network.Name,
            $"Imported from {Path.GetFileName(path)}, written by Keras {version}",
            survey.Name,
            new Cleaning(FSharpOption<Tuple<double, double>>.None),
            preprocessing.Features,
            preprocessing.Scaling.Kind,
            preprocessing.Clip,
            Division.Thesis,
            Learner.NewNetworks(new NetworkLearner(network, new Core.Models.Training(
                training.Loss,
                training.Optimiser,
                training.LearningRate,
                Schedule.Constant,
                Penalty.None,
                training.ClipNorm is { } norm ? FSharpOption<double>.Some(norm) : FSharpOption<double>.None,
                UsualBatch,
                UsualEpochs,
                FSharpOption<EarlyStopping>.None,
                FSharpOption<Augmentation>.None,
                FSharpOption<LabelWeighting>.None,
                1))),
            Calibration.None,
            false,
            Seed);
}
