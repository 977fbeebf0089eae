using AmViz.TestKit;
using AmViz.Weights;

namespace AmViz.Models.Tests.Onnx;

/// <summary>What the files of other libraries beside a graph tell of its pictures, whether its network is known here or not.</summary>
[Collection(TorchTests.Name)]
public sealed class OnnxPreprocessingTests
{
    private const string Optimum = """{"model_type": "segmenter", "architectures": ["SegmenterForImageClassification"], "hidden_sizes": [3], "id2label": {"0": "a", "1": "b", "2": "c", "3": "d"}}""";

    [Theory]
    [InlineData("""{"do_normalize": true, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.25, 0.5], "size": {"height": 16, "width": 16}}""", "0.4 0.5 0.6", "0.2 0.25 0.5", false)]
    [InlineData("""{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_center_crop": true, "crop_size": {"height": 16, "width": 16}, "size": {"shortest_edge": 20}}""", "0.5 0.5 0.5", "0.5 0.5 0.5", false)]
    [InlineData("""{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_center_crop": false, "crop_size": 20, "size": 16}""", "0.5 0.5 0.5", "0.5 0.5 0.5", false)]
    [InlineData("""{"do_rescale": true, "rescale_factor": 0.00784313725490196, "image_mean": [1, 1, 1], "image_std": [1, 1, 1], "size": 16}""", "0.5 0.5 0.5", "0.5 0.5 0.5", false)]
    [InlineData("""{"do_rescale": true, "rescale_factor": 0.00392156862745098, "do_flip_channel_order": true, "size": {"shortest_edge": 16}}""", "0 0 0", "1 1 1", true)]
    [InlineData("""{"do_normalize": false, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.25, 0.5], "size": 16}""", "0 0 0", "1 1 1", false)]
    public void AProcessorOfHuggingFaceIsRead(string processor, string mean, string deviation, bool isReversed)
    {
        using var folder = Folder(Optimum, processor);
        var opened = WeightsFolder.Open(folder.Path);
        Assert.Equal((mean, deviation, isReversed), (Text(opened.Preprocessing.Mean), Text(opened.Preprocessing.Deviation), opened.Preprocessing.IsReversed));
        Assert.Equal((16, "b"), (opened.Description.InputSize, opened.Description.Labels[1]));
    }

    [Fact]
    public void TheProcessorAloneIsEnough()
    {
        using var folder = Folder(config: null, """{"image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.25, 0.5], "size": 16}""");
        Assert.Equal("0.4 0.5 0.6", Text(WeightsFolder.Open(folder.Path).Preprocessing.Mean));
    }

    /// <summary>A network of timm that is none of ours: its name and arguments mean nothing here, its pixels do.</summary>
    [Fact]
    public void AConfigurationOfTimmIsRead()
    {
        using var folder = Folder("""{"architecture": "mobilenetv4_conv_small", "num_classes": 4, "model_args": {"act_layer": "gelu"}, "pretrained_cfg": {"input_size": [3, 16, 16], "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.5]}}""", processor: null);
        var opened = WeightsFolder.Open(folder.Path);
        Assert.Equal(("0.4 0.5 0.6", "0.2 0.25 0.5", 16), (Text(opened.Preprocessing.Mean), Text(opened.Preprocessing.Deviation), opened.Description.InputSize));
    }

    [Theory]
    [InlineData("""{"size": 16}""")]
    [InlineData("""{"do_normalize": true, "size": 16}""")]
    public void WhereNothingTellsThePixelsItIsAskedFor(string processor)
    {
        using var folder = Folder(Optimum, processor);
        Assert.Contains("nothing tells what is done to pixels before the network", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Text(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(number => Math.Round(number, 6).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static TemporaryFolder Folder(string? config, string? processor)
    {
        var folder = new TemporaryFolder();
        var model = new SmallModel().Input("x", -1, 3, -1, -1).Weight("w", 4, 3, 3, 3)
            .Node("Conv", "conv1", ["x", "w"]).Node("GlobalAveragePool", "pooled", ["conv1"]).Node("Flatten", "scores", ["pooled"]).Output("scores");
        File.WriteAllBytes(folder.At("net.onnx"), model.Bytes);
        foreach (var (name, text) in new[] { ("config.json", config), ("preprocessor_config.json", processor) })
        {
            if (text is not null)
            {
                File.WriteAllText(folder.At(name), text);
            }
        }

        return folder;
    }
}
