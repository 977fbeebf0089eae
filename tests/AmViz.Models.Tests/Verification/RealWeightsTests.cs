using AmViz.Imaging;
using AmViz.Networks;
using AmViz.TestKit;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>The three real networks against what PyTorch computed with the same weights.</summary>
[Collection(TorchTests.Name)]
public sealed class RealWeightsTests
{
    [Theory]
    [InlineData("mobilenet_v1_1.0_224_qat")]
    [InlineData("mobilenet_v1_0.25_128_qat")]
    [InlineData("mobilenet_v1_1.0_224_keras_partial")]
    public void AgreesWithTheReferenceOnEveryPhotograph(string weights)
    {
        string folder = SharedData.Weights(weights);
        Assert.SkipWhen(SharedData.WhyMissing(folder) is not null, SharedData.WhyMissing(folder) ?? string.Empty);
        NetworkSource source = NetworkCatalogue.Open(model: null, folder);
        using INetwork network = source.Load();
        ReferenceCheck check = ReferenceCheck.Open(folder);
        string photos = check.FindPhotosFolder();

        ReferenceReport report = check.Run(network, photo => Photograph(Path.Combine(photos, photo), source.Description.InputSize));

        TestContext.Current.SendDiagnosticMessage($"{weights}: {report.MaxLogitError} {string.Join(" ", report.Activations)}");
        Assert.True(report.Passed, $"logits {report.MaxLogitError}, top-1 {report.Top1Agreements}, {string.Join(", ", report.Activations)}");
        Assert.Equal(12, report.Photos);
        Assert.True(report.Top1Agreements is null or 12);
    }

    private static torch.Tensor Photograph(string path, int size)
    {
        Picture picture = PictureLoader.Load(path);
        Picture sized = picture.Width == size ? picture : picture.Resize(size, ResizeMode.Squash);
        return torch.tensor(sized.ToPlanes(), [1, 3, size, size]);
    }
}
