using Microsoft.FSharp.Core;
using Redshift.Core.Layers;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>What a recipe's learner became: from objects to answers. It may be asked by several threads at once.</summary>
internal interface IFittedLearner : IDisposable
{
    /// <summary>Its answers on a catalogue's objects.</summary>
    /// <exception cref="RedshiftException">The catalogue does not have what it needs.</exception>
    IAnswers On(CoreCatalogue catalogue);
}

/// <summary>Answers on the objects of one catalogue; each depends on its own row alone.</summary>
internal interface IAnswers
{
    /// <summary>
    /// Answers for some rows: <paramref name="take"/> is told the place in <paramref name="rows"/>, from several threads at
    /// once, each place once. An answer is none where a p(z) is not finite.
    /// </summary>
    /// <exception cref="RedshiftException">A row lacks a sample that is needed.</exception>
    void Read(int[] rows, Action<int, FSharpValueOption<Answer>> take);
}
