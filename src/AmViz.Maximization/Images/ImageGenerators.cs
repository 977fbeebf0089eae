using System.Collections;

namespace AmViz.Maximization;

/// <summary>The generators of a batch, one an image, disposed of together.</summary>
internal sealed class ImageGenerators(IEnumerable<ImageGenerator> generators) : IReadOnlyList<ImageGenerator>, IDisposable
{
    private readonly ImageGenerator[] _generators = [.. generators];

    /// <inheritdoc/>
    public int Count => _generators.Length;

    /// <inheritdoc/>
    public ImageGenerator this[int image] => _generators[image];

    /// <inheritdoc/>
    public IEnumerator<ImageGenerator> GetEnumerator() => ((IEnumerable<ImageGenerator>)_generators).GetEnumerator();

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_generators, generator => generator.Dispose());

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
