using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Tests;

public sealed class TextureSamplerTests
{
    public static TheoryData<int> EveryClass => SamplePictures.EveryClass;

    [Theory]
    [MemberData(nameof(EveryClass))]
    public void EveryClassDrawsPicturesWithinRangeThatAreNotPlain(int index)
    {
        var textureClass = TextureCatalogue.Classes[index];
        foreach (int size in new[] { 64, SamplePictures.Size, 128 })
        {
            float[] planes = SamplePictures.Draw(textureClass, size, size: size);
            Assert.All(planes, value => Assert.InRange(value, 0f, 1f)); // NaN is in no range
            Assert.True(planes.Max() - planes.Min() > 0.1f, $"{textureClass} is nearly plain at {size} px.");
        }
    }

    [Theory]
    [MemberData(nameof(EveryClass))]
    public void OneStreamDrawsOnePictureAndEveryOtherStreamAnother(int index)
    {
        var textureClass = TextureCatalogue.Classes[index];
        float[] picture = SamplePictures.Draw(textureClass, 3);
        Assert.Equal(picture, SamplePictures.Draw(textureClass, 3));
        Assert.NotEqual(picture, SamplePictures.Draw(textureClass, 4));
        Assert.NotEqual(picture, SamplePictures.Draw(textureClass, 3, seed: 6));
        Assert.NotEqual(picture, SamplePictures.Draw(textureClass, 3, split: 1));
    }

    [Fact]
    public void RoomOfTheWrongLengthIsRefused() =>
        Assert.Throws<ArgumentException>(() =>
            new TextureSampler(32).Draw(TextureCatalogue.Classes[0], new TextureRandom(1, 0, 0), new float[100]));

    [Theory]
    [InlineData("red patches", 0)]
    [InlineData("green patches", 1)]
    [InlineData("blue patches", 2)]
    public void ColourPatchesAreMostlyOfTheirColour(string label, int plane)
    {
        float[] means = PlaneMeans(label);
        Assert.Equal(plane, Array.IndexOf(means, means.Max()));
    }

    [Fact]
    public void YellowPatchesLackOnlyBlue()
    {
        float[] means = PlaneMeans("yellow patches");
        Assert.True(means[2] < means[0] - 0.1f && means[2] < means[1] - 0.1f, string.Join(' ', means));
    }

    private static float[] PlaneMeans(string label) =>
        [.. SamplePictures.Draw(SamplePictures.Named(label), 1).Chunk(SamplePictures.Size * SamplePictures.Size).Select(plane => plane.Average())];
}
