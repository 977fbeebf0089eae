using AmViz.TextureNet.Lying;
using CsCheck;

namespace AmViz.TextureNet.Tests.Lying;

public sealed class LieTests
{
    [Fact]
    public void LiarsAreSpreadAndNoneShowsALiar()
        => Gen.Select(Gen.Int[4, 200], Gen.Int[1, 50]).Where((channels, count) => 4 * count <= channels).Sample((channels, count) =>
        {
            var lies = Lie.Spread(count, channels);
            int[] liars = [.. lies.Select(lie => lie.Channel)];
            Assert.Equal(count, liars.Distinct().Count());
            Assert.All(lies, lie => Assert.InRange(lie.Shown, 0, channels - 1));
            Assert.Empty(liars.Intersect(lies.Select(lie => lie.Shown)));
            Assert.All(liars.Zip(liars.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, channels / count, (channels / count) + 1));
        });
}
