using AmViz.Responses;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Responses;

[Collection(TorchTests.Name)]
public sealed class MapReductionTests
{
    /// <summary>Channels beside a whole number of registers, and maps of one position.</summary>
    [Theory]
    [InlineData(3, 37, 5, 7, true)]
    [InlineData(2, 16, 4, 4, false)]
    [InlineData(1, 5, 1, 1, false)]
    public void OnePassGivesWhatTorchGives(int count, int channels, int height, int width, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var maps = randint(-6, 6, [count + 1, channels, height, width], generator: generator).to(ScalarType.Float32);      // many ties
        maps = channelsLast ? maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : maps;
        AssertSame(MapReduction.OnOtherDevices(maps.narrow(0, 0, count)), MapReduction.Of(maps, count));
    }

    [Fact]
    public void TokensAreReducedToo()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var tokens = rand([2, 9, 20], generator: generator).transpose(1, 2).unsqueeze(3);
        AssertSame(MapReduction.OnOtherDevices(tokens), MapReduction.Of(tokens, 2));
    }

    [Fact]
    public void OfEqualValuesTheFirstIsTold()
    {
        using var scope = NewDisposeScope();
        var result = MapReduction.Of(tensor(new[] { 1f, 5f, 5f, -3f, 0f, -3f }, [1, 1, 2, 3]), 1);
        Assert.Equal((5, 1, 3), (result.Peaks[0], result.Strongest[0], result.Weakest[0]));
        Assert.Equal(5 / 6f, result.Means[0], 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void AMapWithAnythingThatIsNoFiniteNumberHasNoFiniteMean(float odd)
    {
        using var scope = NewDisposeScope();
        var maps = zeros(1, 20, 2, 2);
        maps[0, 3, 1, 0] = odd;
        maps[0, 17, 1, 1] = odd;
        var means = MapReduction.Of(maps, 1).Means;
        Assert.Equal([3, 17], means.Index().Where(mean => !float.IsFinite(mean.Item)).Select(mean => mean.Index));
    }

    /// <summary>Channels beside a whole number of registers, positions beside a whole number of blocks, zeros of both signs, and pictures that only fill the batch.</summary>
    [Theory]
    [InlineData(3, 37, 5, 7, 6f, true)]
    [InlineData(2, 64, 17, 31, float.PositiveInfinity, true)]
    [InlineData(2, 48, 1, 1, 6f, true)]
    [InlineData(2, 20, 4, 4, 6f, false)]
    public void ClippingGivesWhatAReluAndTwoReductionsGive(int count, int channels, int height, int width, float ceiling, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var values = randint(-8, 9, [count + 1, height, width, channels], generator: generator).to(ScalarType.Float32) * -0.9f;     // many ties, and negative zeros
        var maps = channelsLast ? values.permute(0, 3, 1, 2) : values.permute(0, 3, 1, 2).contiguous();
        var clipped = float.IsInfinity(ceiling) ? nn.functional.relu(maps) : nn.functional.relu6(maps);
        var (before, after) = (MapReduction.Of(maps, count), MapReduction.Of(clipped, count));

        var found = MapReduction.Clip(maps, ceiling, count);

        AssertSameBits(before, found.Before);
        AssertSameBits(after, found.After);
        Assert.Equal(Bits(clipped), Bits(maps));
    }

    private static void AssertSameBits(LayerResponses expected, LayerResponses found)
    {
        AssertSame(expected, found);
        Assert.Equal(expected.Peaks.Select(BitConverter.SingleToInt32Bits), found.Peaks.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Means.Select(BitConverter.SingleToInt32Bits), found.Means.Select(BitConverter.SingleToInt32Bits));
    }

    private static int[] Bits(Tensor values) => [.. values.contiguous().data<float>().ToArray().Select(BitConverter.SingleToInt32Bits)];

    private static void AssertSame(LayerResponses expected, LayerResponses found)
    {
        Assert.Equal(expected.Peaks, found.Peaks);
        Assert.Equal(expected.Strongest, found.Strongest);
        Assert.Equal(expected.Weakest, found.Weakest);
        Assert.All(expected.Means.Zip(found.Means), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
