using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Tests;

public sealed class GaussianBlurTests
{
    [Fact]
    public void APlainPlaneStaysAsItIs()
    {
        float[] plane = [.. Enumerable.Repeat(0.3f, 400)];
        GaussianBlur.Apply(plane, 20, 1.5f);
        Assert.All(plane, value => Assert.Equal(0.3f, value, 1e-5f));
    }

    [Fact]
    public void APointSpreadsEvenlyAndKeepsItsSum()
    {
        const int size = 21, middle = 10;
        float[] plane = new float[size * size];
        plane[middle * size + middle] = 1;
        GaussianBlur.Apply(plane, size, 1);
        Assert.Equal(1f, plane.Sum(), 1e-4f);
        Assert.Equal(plane[middle * size + middle + 2], plane[(middle - 2) * size + middle], 1e-6f);
        // A normal density of deviation 1 in two dimensions is 1 / (2 pi) at its middle.
        Assert.Equal(1 / (2 * MathF.PI), plane[middle * size + middle], 2e-3f);
    }
}
