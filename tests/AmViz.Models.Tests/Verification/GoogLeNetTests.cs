using System.Text;
using System.Text.Json;
using AmViz.Imaging;
using AmViz.TestKit;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>The real GoogLeNet of Caffe against what PyTorch computed with the same weights.</summary>
[Collection(TorchTests.Name)]
public sealed class GoogLeNetTests(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // Each layer is a run of its own, and the logits tell the rest.
    private const int PhotographsWithLayers = 3;

    private static readonly string Folder = SharedData.Weights("googlenet_bvlc");

    [Fact]
    public void TheNetworkOfCaffeAgreesWithTheReferenceOnEveryPhotograph()
    {
        Assert.SkipWhen(SharedData.WhyMissing(Folder) is not null, SharedData.WhyMissing(Folder) ?? string.Empty);
        Assert.SkipWhen(SharedData.WhyMissing(SharedData.Photos) is not null, SharedData.WhyMissing(SharedData.Photos) ?? string.Empty);
        using GraphNetwork network = GraphNetwork.Load(Open(), torch.CPU);
        var reference = JsonSerializer.Deserialize<Dictionary<string, Row>>(File.ReadAllText(Path.Combine(Folder, "reference.json")), SnakeCase)!;
        double logits = 0, means = 0;
        foreach (((string photo, Row expected), int number) in reference.Select((row, number) => (row, number)))
        {
            using var scope = torch.NewDisposeScope();
            using var frozen = torch.no_grad();
            Picture picture = PictureLoader.Load(Path.Combine(SharedData.Photos, photo));
            torch.Tensor image = torch.tensor(picture.ToPlanes(), [1, 3, 224, 224]);
            double[] found = Values(network.Forward(image, NetworkDescription.Logits));
            logits = Math.Max(logits, found.Zip(expected.Logits, (a, b) => Math.Abs(a - b)).Max());
            Assert.Equal(expected.Top1, Array.IndexOf(found, found.Max()));
            foreach ((string layer, double[] channels) in number < PhotographsWithLayers ? expected.ChannelMean : [])
            {
                means = Math.Max(means, ReferenceCheck.RelativeError(Values(network.Forward(image, layer).mean([2, 3])), channels));
            }
        }

        output.WriteLine($"{reference.Count} photographs: logits {logits:0.0e0}, channel means {means:0.0e0}");
        Assert.Equal(12, reference.Count);
        Assert.InRange(logits, 0, ReferenceCheck.LogitTolerance);
        Assert.InRange(means, 0, ReferenceCheck.ActivationTolerance);
    }

    [Fact]
    public void ModulesAreKnownByTheNamesOfLucidToo()
    {
        Assert.SkipWhen(SharedData.WhyMissing(Folder) is not null, SharedData.WhyMissing(Folder) ?? string.Empty);
        NetworkDescription description = Open().Description;

        Assert.Equal("inception_4a_output", description.FindShape("mixed4a").Name);
        Assert.Equal((6_998_552, 6_998_552), (description.Parameters!.Trainable, description.Parameters.Total));
        Assert.DoesNotContain(description.Warnings, warning => warning.Contains("tensors are", StringComparison.Ordinal));
    }

    private static WeightsFolder Open() => WeightsFolder.Open("googlenet", folder: null, "model.safetensors", file => file switch
    {
        "config.json" => new MemoryStream(Encoding.UTF8.GetBytes("""{"architecture":"bvlc_googlenet"}""")),
        "model.safetensors" => File.OpenRead(Path.Combine(Folder, file)),
        _ => null,
    });

    private static double[] Values(torch.Tensor tensor) => tensor.to(torch.ScalarType.Float64).flatten().data<double>().ToArray();

    private sealed record Row(int Top1, double[] Logits, Dictionary<string, double[]> ChannelMean);
}
