namespace AmViz.Models.Tests.Layers;

public sealed class LayerGraphTests
{
    /// <summary>An ONNX graph is planned for each size that is tried, which took half a minute for a ResNet18 with a mean over 7 x 7 positions.</summary>
    [Theory]
    [InlineData(193, 1, 224)]
    [InlineData(32, 1, 224)]
    [InlineData(96, 32, 224)]
    [InlineData(256, 32, 224)]
    [InlineData(16, 16, 16)]
    [InlineData(5, 1, 5)]
    public void TheSmallestSizeIsFoundInFewTries(int smallest, int step, int trained)
    {
        const int most = 10;
        var tried = new List<int>();
        var layers = new LayerGraph { SizeStep = step };
        layers.Add(new OnnxLayer(new OnnxTap("mean", "mean", AxisLabels.Maps, LayerKind.Pooling, IsDefault: false, []), [1, 4, 1, 1], Shape));

        Assert.Equal(smallest, layers.SmallestSize(trained));
        Assert.InRange(tried.Count, 1, most);

        long[]? Shape(int size)
        {
            tried.Add(size);
            return size >= smallest ? [1, 4, 1, 1] : null;
        }
    }
}
