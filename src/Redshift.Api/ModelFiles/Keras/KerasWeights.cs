using System.Text.RegularExpressions;
using Redshift.ModelFiles.Hdf5;

namespace Redshift.ModelFiles.Keras;

/// <summary>An array that a Keras layer owns.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Name">Its name in Keras: <c>kernel</c>, <c>gamma</c>, …</param>
/// <param name="Index">Its place among the layer's arrays.</param>
/// <param name="Dimensions">Its dimensions in Keras.</param>
internal sealed record KerasArray(KerasLayer Layer, string Name, int Index, int[] Dimensions);

/// <summary>Where a model's weights lie.</summary>
internal interface IKerasWeights
{
    /// <summary>An array's numbers, in memory order.</summary>
    /// <exception cref="RedshiftException">It is missing or of another shape.</exception>
    float[] Read(KerasArray array);
}

/// <summary>
/// Weights in the HDF5 file of a whole model: a group a layer, whose attribute <c>weight_names</c> lists its arrays.
/// </summary>
internal sealed class Hdf5Weights(Hdf5Object root) : IKerasWeights
{
    public float[] Read(KerasArray array)
    {
        var group = root.Get(array.Layer.Name);
        var names = group.Texts("weight_names") ?? throw group.Fault("an attribute weight_names", "none");
        var found = names.Where(name => Last(name) == array.Name).ToArray();
        return found.Length == 1
            ? group.Get(found[0]).Floats(array.Dimensions)
            : throw group.Fault($"one array {array.Name}", $"{found.Length}");
    }

    /// <summary><c>dense/kernel:0</c> is <c>kernel</c>.</summary>
    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..].Split(':')[0];
}

/// <summary>
/// Weights in the archive of Keras 3 (saving_lib.py): <c>layers/NAME/vars/0</c>, …, where NAME is the layer's class in
/// snake case, numbered from the second of its class on.
/// </summary>
internal sealed class ArchiveWeights(Hdf5Object root) : IKerasWeights
{
    public float[] Read(KerasArray array) => Group(array.Layer).Get($"vars/{array.Index}").Floats(array.Dimensions);

    private Hdf5Object Group(KerasLayer layer) =>
        root.Find($"layers/{layer.Key}")
        // tf.keras 2.12 to 2.15 had this name for the same.
        ?? root.Find($"_layer_checkpoint_dependencies/{layer.Key}")
        ?? throw root.Fault($"a group layers/{layer.Key}", "none");

    /// <summary>
    /// A class's name as Keras's naming.to_snake_case makes it: <c>MaxPooling1D</c> is <c>max_pooling1d</c>.
    /// </summary>
    public static string SnakeCase(string name)
    {
        var words = Regex.Replace(Regex.Replace(name, @"\W+", ""), "(.)([A-Z][a-z]+)", "${1}_${2}");
        return Regex.Replace(words, "([a-z])([A-Z])", "${1}_${2}").ToLowerInvariant();
    }
}
