using AmViz.Responses.Textures;

namespace AmViz.Responses;

/// <summary>The endless row of labelled textures that texturenet was trained on; of another stream than its training, so that it has seen none of them.</summary>
/// <remarks>Texture N is of class N modulo the number of classes, and depends on N and the size alone: any of them can be drawn first, on any machine.</remarks>
public static class TextureSeries
{
    /// <summary>Changes whenever the pixels of a texture do.</summary>
    internal const string Algorithm = "amviz-textures-1";

    // Training, evaluation and sheet of AmViz.TextureNet are splits 0 to 2.
    private const int Split = 3;
    private const int Seed = 1;

    /// <summary>The labels, in the order of texturenet's classes.</summary>
    public static IReadOnlyList<string> Labels { get; } = [.. TextureCatalogue.Classes.Select(one => one.Label)];

    /// <summary>The label of a texture, an index of <see cref="Labels"/>.</summary>
    public static int LabelOf(long number) => (int)(number % Labels.Count);

    /// <summary>How a texture is called.</summary>
    public static string NameOf(long number) => FormattableString.Invariant($"texture {number}");

    /// <summary>Draws a texture.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="size">Side in pixels.</param>
    /// <returns><c>[3, size, size]</c>, RGB in [0, 1].</returns>
    public static float[] Draw(long number, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var sampler = new TextureSampler(size);
        var planes = new float[sampler.Length];
        sampler.Draw(TextureCatalogue.Classes[LabelOf(number)], new TextureRandom(Seed, Split, number), planes);
        return planes;
    }
}
