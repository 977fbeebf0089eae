using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Tests;

/// <summary>Draws the pictures the tests look at.</summary>
internal static class SamplePictures
{
    public const int Size = 96;

    public static TheoryData<int> EveryClass => [.. TextureCatalogue.Classes.Select(textureClass => textureClass.Index)];

    public static TheoryData<int> EveryStripeClass =>
        [.. TextureCatalogue.Classes.Where(textureClass => textureClass.Label.StartsWith("stripes ", StringComparison.Ordinal))
            .Select(textureClass => textureClass.Index)];

    public static TextureClass Named(string label) =>
        TextureCatalogue.Classes.Single(textureClass => textureClass.Label == label);

    public static float[] Draw(TextureClass textureClass, long index, int seed = 5, int split = 0, int size = Size)
    {
        var sampler = new TextureSampler(size);
        var planes = new float[sampler.Length];
        sampler.Draw(textureClass, new TextureRandom(seed, split, index), planes);
        return planes;
    }
}
