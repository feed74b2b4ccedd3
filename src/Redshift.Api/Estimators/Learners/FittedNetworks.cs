using Microsoft.FSharp.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Frames;
using Redshift.Core.Layers;
using Redshift.Engine;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>Trained networks of one kind, pooled. It owns them.</summary>
internal sealed class FittedNetworks(Preprocessing preprocessing, IReadOnlyList<IModel> members, int threads) : IFittedLearner
{
    private const int Block = 256;

    /// <inheritdoc/>
    public IAnswers On(CoreCatalogue catalogue) => new Answers(this, CatalogueInputs.On(catalogue, preprocessing));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private void Read(CatalogueInputs inputsOf, int[] rows, Action<int, FSharpValueOption<Answer>> take)
    {
        var (head, each) = (members[0].Network.Head, members[0].Network.Outputs);
        var together = members.Count * each;
        var inputs = new float[Block * inputsOf.Size];
        var single = new float[Block * each];
        var pooled = members.Count == 1 ? single : new float[Block * together];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        for (var first = 0; first < rows.Length; first += Block)
        {
            var count = Math.Min(Block, rows.Length - first);
            for (var i = 0; i < count; i++)
            {
                inputsOf.Fill(rows[first + i], inputs.AsSpan(i * inputsOf.Size, inputsOf.Size));
            }

            for (var member = 0; member < members.Count; member++)
            {
                members[member].Predict(inputs.AsSpan(0, count * inputsOf.Size), single.AsSpan(0, count * each), count);
                for (var i = 0; i < count && members.Count > 1; i++)
                {
                    single.AsSpan(i * each, each).CopyTo(pooled.AsSpan(i * together + member * each, each));
                }
            }

            void Tell(int i) => take(first + i, EstimateModule.answer(head, members.Count, pooled.AsSpan(i * together, together)));

            if (head.IsPoint || count == 1)
            {
                for (var i = 0; i < count; i++)
                {
                    Tell(i);
                }
            }
            else
            {
                Parallel.For(0, count, options, Tell);
            }
        }
    }

    private sealed class Answers(FittedNetworks networks, CatalogueInputs inputs) : IAnswers
    {
        public void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take) => networks.Read(inputs, rows, take);
    }
}
