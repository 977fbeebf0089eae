using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class MobileNetV1Tests
{
    // Computed by PyTorch 1.13 in float64 from the same formula, padding written out and batch-norm separate.
    public static TheoryData<int, int, string, double[], double, double> ValuesOfPyTorch => new()
    {
        { 32, 32, "conv1", [-0.00051, -0.006829], 0.769046, -0.662108 },
        { 32, 32, "conv1_bn", [0.250292, 0.027982], 1.075392, -0.504401 },
        { 32, 32, "conv_dw_2_bn", [-7.594908, 0.075557, 0.475055, 1.182328], -5.224356, 0.066528 },
        { 32, 32, "conv_pw_5_bn", [0.688481, -3.829105, -2.358059, 8.003519], 4.089787, 0.87205 },
        { 32, 32, "conv_pw_13_relu", [0.0, 0.649048, 1.466431, 1.431819], 0.0, 0.649048 },
        { 45, 38, "conv1", [0.004878, 0.005072], -0.361347, 0.481054 },
        { 45, 38, "conv1_bn", [0.256069, 0.037651], -0.136589, 0.424364 },
        { 45, 38, "conv_dw_2_bn", [0.035614, 0.051218, 0.274094, 0.556913], -0.816773, 0.035346 },
        { 45, 38, "conv_pw_5_bn", [1.237696, -1.748228, -2.126984, 4.03496], 2.402005, 0.910423 },
        { 45, 38, "conv_pw_13_relu", [0.0, 1.692238, 2.250755, 1.662345], 0.0, 4.610534 },
    };

    [Theory]
    [MemberData(nameof(ValuesOfPyTorch))]
    public void ComputesWhatPyTorchComputes(int height, int width, string layer, double[] means, double first, double last)
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load(ScalarType.Float64);

        Tensor values = network.Forward(TinyWeights.Picture(height, width, ScalarType.Float64), layer);

        double[] found = [.. values.mean([2, 3])[0].data<double>()];
        Assert.Equal(means, found[..means.Length], (a, b) => Math.Abs(a - b) < 2e-6);
        Assert.Equal(first, values[0, 0, 0, 0].item<double>(), 2e-6);
        Assert.Equal(last, values[0, 1, -1, -1].item<double>(), 2e-6);
    }

    [Theory]
    [InlineData(32, 32, new[] { 0.834981, 2.717854, 2.925795, 1.216672, -1.407991, -3.299031, -3.197471, -1.060295, 1.861927, 3.768362 })]
    [InlineData(45, 38, new[] { 1.600136, 3.345755, 3.019483, 0.716916, -2.185244, -3.8624, -3.190792, -0.487792, 2.638317, 4.257804 })]
    public void LogitsAreThoseOfPyTorch(int height, int width, double[] expected)
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load(ScalarType.Float64);

        Tensor logits = network.Forward(TinyWeights.Picture(height, width, ScalarType.Float64), "logits");

        Assert.Equal([1, TinyWeights.Classes], logits.shape);
        Assert.Equal(expected, logits.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 2e-6);
    }

    [Fact]
    public void FoldedWeightsGiveWhatSeparateBatchNormGives()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork separate = TinyWeights.Separate().Load();
        using GraphNetwork folded = TinyWeights.Folded().Load();
        Tensor picture = TinyWeights.Picture(40, 40);
        foreach (LayerShape layer in folded.Description.LayerShapes)
        {
            Tensor difference = separate.Forward(picture, layer.Name) - folded.Forward(picture, layer.Name);
            Assert.True(difference.abs().max().item<float>() < 2e-4, $"{layer.Name}: {difference.abs().max().item<float>()}");
        }
    }

    [Fact]
    public void EveryLayerHasTheShapeItsDescriptionTells()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load();
        foreach (int size in new[] { 32, 33, 47, 64 })
        {
            Tensor pictures = rand(2, 3, size, size);
            foreach (LayerInfo layer in network.Description.Layers(size))
            {
                long[] expected = layer.Kind == LayerKind.Logits ? [2, layer.ChannelCount] : [2, layer.ChannelCount, layer.Height, layer.Width];
                Assert.Equal(expected, network.Forward(pictures, layer.Name).shape);
            }
        }
    }

    [Fact]
    public void HandSetWeightsGiveNumbersWorkedOutByHand()
    {
        // conv1 passes red on through its centre: x = 2 * 0.75 - 1 = 0.5; batch-norm: (0.5 - 0.25) / sqrt(0.999 + 0.001) * 4 + 3 = 4.
        TinyWeights tiny = TinyWeights.Separate();
        float[] kernel = new float[2 * 3 * 9];
        kernel[4] = 1;
        tiny.Values["conv1.weight"] = kernel;
        tiny.Values["conv1_bn.weight"] = [4, 40];
        tiny.Values["conv1_bn.bias"] = [3, 7];
        tiny.Values["conv1_bn.running_mean"] = [0.25f, 0];
        tiny.Values["conv1_bn.running_var"] = [0.999f, 0.999f];
        using var scope = NewDisposeScope();
        using GraphNetwork network = tiny.Load();
        Tensor picture = full(1, 3, 32, 32, 0.75f);

        Assert.All(network.Forward(picture, "conv1")[0, 0].flatten().data<float>().ToArray(), value => Assert.Equal(0.5f, value));
        Assert.All(network.Forward(picture, "conv1_bn")[0, 0].flatten().data<float>().ToArray(), value => Assert.Equal(4f, value, 1e-5f));
        Assert.All(network.Forward(picture, "conv1_bn")[0, 1].flatten().data<float>().ToArray(), value => Assert.Equal(7f, value));
        Assert.All(network.Forward(picture, "conv1_relu")[0, 1].flatten().data<float>().ToArray(), value => Assert.Equal(6f, value));
    }

    [Fact]
    public void NameOfTheBareConvolutionMeansTheDefaultTapWhereBatchNormIsFolded()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork folded = TinyWeights.Folded().Load();
        Tensor picture = TinyWeights.Picture(32, 32);

        Assert.True(folded.Forward(picture, "conv_pw_5").equal(folded.Forward(picture, "conv_pw_5_bn")).all().item<bool>());
        Assert.True(folded.Forward(picture, "conv_preds").equal(folded.Forward(picture, "logits")).all().item<bool>());
    }

    [Fact]
    public void OneChannelForEachPictureIsThatChannelOfAll()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load(ScalarType.Float64);
        Tensor pictures = cat([TinyWeights.Picture(45, 38, ScalarType.Float64), TinyWeights.Picture(45, 38, ScalarType.Float64).flip(2)]);
        foreach (LayerInfo layer in network.Description.Layers(32))
        {
            int[] channels = [layer.ChannelCount - 1, 0];
            Tensor all = network.Forward(pictures, layer.Name);

            Tensor found = network.ForwardChannels(pictures, layer.Name, tensor(channels.Select(c => (long)c).ToArray()));

            Tensor expected = stack(channels.Select((c, n) => all[n, c].reshape(layer.Kind == LayerKind.Logits ? [1, 1] : all.shape[2..])));
            Assert.Equal(expected.shape, found.shape);
            Assert.True((expected - found).abs().max().item<double>() < 1e-9, layer.Name);
        }
    }

    [Fact]
    public void ArithmeticIsCountedConvolutionByConvolution()
    {
        using GraphNetwork network = TinyWeights.Separate().Load();

        // conv1: 16 x 16 positions of one channel, 3 x 3 x 3 products each; then conv1 whole (2 channels) and one channel of conv_dw_1.
        Assert.Equal(16 * 16 * 27, network.MultiplyAdds("conv1_bn", 32));
        Assert.Equal(2 * 16 * 16 * 27 + 16 * 16 * 9, network.MultiplyAdds("conv_dw_1_bn", 32));
        Assert.Equal(2 * 17 * 17 * 27 + 2 * 17 * 17 * 9 + 17 * 17 * 2, network.MultiplyAdds("conv_pw_1_relu", 33));
    }

    [Fact]
    public void NothingPastTheLayerIsComputed()
    {
        using GraphNetwork network = TinyWeights.Separate().Load();
        using Tensor picture = TinyWeights.Picture(32, 32);
        long Made(string layer)
        {
            long before = DisposeScopeManager.Statistics.CreatedInScopeCount;
            using var scope = NewDisposeScope();
            network.Forward(picture, layer);
            return DisposeScopeManager.Statistics.CreatedInScopeCount - before;
        }

        Made("logits");
        Assert.InRange(Made("conv1_bn"), 3, 10);
        Assert.True(Made("conv_dw_1_bn") > Made("conv1_bn"));
        Assert.True(Made("logits") > 27 * 2);
    }

    [Fact]
    public void ForwardLeavesOnlyItsResult()
    {
        using GraphNetwork network = TinyWeights.Separate().Load();
        using Tensor pictures = rand(2, 3, 40, 40);
        network.Forward(pictures, "logits").Dispose();
        foreach (string layer in new[] { "conv1", "conv_dw_4_bn", "conv_pw_6_relu", "logits" })
        {
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            Tensor result = network.Forward(pictures, layer);
            Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            result.Dispose();
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    [Fact]
    public void LoadedTensorsLiveUntilTheNetworkIsDisposed()
    {
        WeightsFolder weights = TinyWeights.Separate().Open();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        GraphNetwork network;
        using (NewDisposeScope())
        {
            network = GraphNetwork.Load(weights, CPU);
        }

        Assert.Equal(before + (27 * (3 + 2)) + 2 + 2 + 2 + (4 * 2), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using (Tensor picture = rand(1, 3, 32, 32))
        {
            network.Forward(picture, "logits").Dispose();
        }

        network.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void LoadingThatFailsLeavesNoTensor()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Values["conv_pw_13.weight"][5] = float.NaN;
        WeightsFolder weights = OpenUnchecked(tiny);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var error = Assert.Throws<WeightsFormatException>(() => GraphNetwork.Load(weights, CPU));

        Assert.Contains("'conv_pw_13.weight' holds NaN or infinity", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void GradientOfThePictureAgreesWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load(ScalarType.Float64);
        Tensor picture = TinyWeights.Picture(33, 34, ScalarType.Float64);
        double Objective(Tensor x) => network.Forward(x, "conv_pw_4_bn")[0, 3].mean().item<double>();

        Tensor asked = picture.clone().requires_grad_(true);
        network.Forward(asked, "conv_pw_4_bn")[0, 3].mean().backward();

        const double step = 1e-6;
        foreach ((int channel, int row, int column) in new[] { (0, 0, 0), (1, 32, 33), (2, 16, 17), (0, 7, 22) })
        {
            Tensor up = picture.clone();
            up[0, channel, row, column] += step;
            Tensor down = picture.clone();
            down[0, channel, row, column] -= step;
            double measured = (Objective(up) - Objective(down)) / (2 * step);
            double computed = asked.grad![0, channel, row, column].item<double>();
            Assert.True(Math.Abs(measured - computed) <= 1e-6 * Math.Max(Math.Abs(measured), 1e-3), $"({channel}, {row}, {column}): {computed}, measured {measured}");
        }
    }

    [Fact]
    public void WeightsAreFrozen()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load();

        Assert.False(network.Forward(rand(1, 3, 32, 32), "logits").requires_grad);
    }

    [Fact]
    public void PicturesOfAWrongFormAreRefused()
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load();

        Assert.Throws<ArgumentException>(() => network.Forward(rand(3, 32, 32), "logits"));
        Assert.Throws<ArgumentException>(() => network.Forward(rand(1, 4, 32, 32), "logits"));
        Assert.Throws<ArgumentException>(() => network.Forward(rand(1, 3, 32, 32).to(ScalarType.Float64), "logits"));
        Assert.Throws<ImageSizeException>(() => network.Forward(rand(1, 3, 31, 32), "logits"));
        Assert.Throws<UnknownLayerException>(() => network.Forward(rand(1, 3, 32, 32), "conv_pw_14"));
    }

    [Fact]
    public void NegativeVarianceIsAnErrorThatNamesTheTensor()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Values["conv_dw_3_bn.running_var"][1] = -1;

        var error = Assert.Throws<WeightsFormatException>(() => tiny.Load());

        Assert.Contains("'conv_dw_3_bn.running_var' holds negative variances", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ElementType.F16, 0.05)]
    [InlineData(ElementType.F32, 0)]
    public void HalfPrecisionWeightsComeCloseToFull(ElementType stored, double tolerance)
    {
        using var scope = NewDisposeScope();
        using GraphNetwork exact = TinyWeights.Separate().Load();
        using GraphNetwork rounded = GraphNetwork.Load(TinyWeights.Separate().Open(type: stored), CPU);
        Tensor picture = TinyWeights.Picture(32, 32);

        double difference = (exact.Forward(picture, "logits") - rounded.Forward(picture, "logits")).abs().max().item<float>();

        Assert.InRange(difference, 0, tolerance);
    }

    // The writer refuses NaN, so it is put into the finished bytes.
    private static WeightsFolder OpenUnchecked(TinyWeights tiny)
    {
        float[] tensor = tiny.Values["conv_pw_13.weight"];
        int place = Array.FindIndex(tensor, float.IsNaN);
        tensor[place] = 0;
        byte[] bytes = tiny.Safetensors();
        using (var file = SafetensorsFile.Open(bytes, "tiny"))
        {
            long data = 8 + BitConverter.ToInt64(bytes, 0);
            BitConverter.TryWriteBytes(bytes.AsSpan((int)(data + file.BeginOf("conv_pw_13.weight") + 4 * place)), float.NaN);
        }

        return tiny.Open("tiny", bytes, tiny.ConfigJson(bytes));
    }
}
