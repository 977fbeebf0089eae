using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How alike the facets of a channel are: the term that pushes them apart (Olah et al. 2017, "Diversity").</summary>
/// <param name="settings">Number of facets and weight.</param>
/// <param name="layer">Layer whose features are compared.</param>
internal sealed class Diversity(FacetSettings settings, string layer) : IDisposable
{
    private readonly Scalar _weightOfPairs = settings.Diversity / (settings.Count * (settings.Count - 1));
    private readonly Scalar _itself = settings.Diversity / (settings.Count - 1);

    /// <summary>The likeness of every task's facets, weighted.</summary>
    /// <param name="network">Runs to the compared layer.</param>
    /// <param name="images"><c>[N K V, C, H, W]</c>: K facets of each of N tasks, V views of each.</param>
    /// <param name="views">V.</param>
    /// <returns><c>[N]</c>: the mean cosine of the Gram matrices of two facets.</returns>
    public Tensor Likeness(INetwork network, Tensor images, int views)
    {
        var values = network.Forward(images, layer);
        var features = values.dim() == 2 ? values.unsqueeze(2) : values.flatten(2);             // [N K V, C, P]; logits are one position
        var gram = bmm(features, features.transpose(1, 2)).flatten(1);                          // [N K V, C C]
        var facets = gram.view(-1, settings.Count, views, gram.shape[1]).mean([2]);             // [N, K, C C]
        var directions = nn.functional.normalize(facets, dim: 2);
        var cosines = bmm(directions, directions.transpose(1, 2));                              // [N, K, K], with 1 on the diagonal
        return cosines.sum([1, 2]).mul(_weightOfPairs).sub(_itself);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weightOfPairs.Dispose();
        _itself.Dispose();
    }
}
