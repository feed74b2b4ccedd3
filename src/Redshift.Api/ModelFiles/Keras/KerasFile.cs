using System.Security.Cryptography;
using Redshift.ModelFiles.Hdf5;

namespace Redshift.ModelFiles.Keras;

/// <summary>What a Keras file holds, whichever its format.</summary>
/// <param name="Version">The version of Keras that wrote it.</param>
/// <param name="Model">Class and configuration of the model.</param>
/// <param name="Training">Optimiser and loss; null where the model was saved without.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Sha256">The file's SHA-256.</param>
internal sealed record KerasFile(
    string Version, KerasValue Model, KerasTraining.Source? Training, IKerasWeights Weights, string Sha256)
{
    private const int LargestFile = 1 << 30;
    private const string Expected = "a Keras model (.h5 or .keras)";

    /// <summary>
    /// Reads a file: HDF5 as of Keras 1 and 2 (and 3 by name <c>.h5</c>), or the zip archive of Keras 3.
    /// </summary>
    /// <exception cref="RedshiftException">It is neither, or damaged.</exception>
    public static KerasFile Read(string path)
    {
        var bytes = ReadBytes(path);
        var sha = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (Hdf5File.IsHdf5(bytes))
        {
            return OfHdf5(path, Hdf5File.Open(path, bytes), sha);
        }

        return bytes.AsSpan().StartsWith("PK"u8)
            ? OfArchive(path, new KerasArchive(path, bytes), sha)
            : throw new RedshiftException($"{path}: expected {Expected}, found another file of {bytes.Length} bytes");
    }

    private static KerasFile OfHdf5(string path, Hdf5Object root, string sha)
    {
        var config = root.Text("model_config") ?? throw new RedshiftException(
            $"{path}: expected a whole model with an attribute model_config, found none, as in a file of weights alone; "
            + "save the model by model.save");
        var weights = root.Get("model_weights");
        var training = root.Text("training_config") is { } text
            ? KerasValue.Parse(text, $"{path}: training_config")
            : (KerasValue?)null;
        return new KerasFile(
            root.Text("keras_version") ?? weights.Text("keras_version") ?? "1",
            KerasValue.Parse(config, $"{path}: model_config"),
            training is { } t ? new KerasTraining.Source(t.Optional("optimizer_config"), t.Optional("loss")) : null,
            new Hdf5Weights(weights),
            sha);
    }

    private static KerasFile OfArchive(string path, KerasArchive archive, string sha)
    {
        var metadata = KerasValue.Parse(archive.Text("metadata.json"), $"{path}: metadata.json");
        var config = KerasValue.Parse(archive.Text("config.json"), $"{path}: config.json");
        var training = config.Optional("compile_config") is { } t
            ? new KerasTraining.Source(t.Optional("optimizer"), t.Optional("loss"))
            : null;
        const string weights = "model.weights.h5";
        return new KerasFile(
            metadata.Optional("keras_version")?.Text() ?? "3",
            config,
            training,
            new ArchiveWeights(Hdf5File.Open($"{path}: {weights}", archive.Bytes(weights))),
            sha);
    }

    private static byte[] ReadBytes(string path)
    {
        using var stream = InputFile.Open(path, Expected);
        using var bytes = new MemoryStream();
        try
        {
            var block = new byte[1 << 16];
            while (stream.Read(block) is > 0 and var read)
            {
                bytes.Write(block, 0, read);
                if (bytes.Length > LargestFile)
                {
                    throw new RedshiftException(
                        $"{path}: expected {Expected} of at most {LargestFile} bytes, found more");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedshiftException($"{path}: expected {Expected}, found: {e.Message}", e);
        }

        return bytes.ToArray();
    }
}
