using System.Text.Json;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class ReferenceCheckTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-reference-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void EqualValuesPassWithoutError()
    {
        ReferenceReport report = Run(Reference([1, 2, 3], [0.5, -1, 0]), [1, 2, 3], [0.5f, -1, 0]);

        Assert.True(report.Passed);
        Assert.Equal(0, report.MaxLogitError);
        Assert.Equal(new ActivationError("conv", 0), Assert.Single(report.Activations));
        Assert.Equal(1, report.Top1Agreements);
        Assert.Equal(1, report.Photos);
    }

    [Theory]
    [InlineData(2.992f, true, 0.008)]
    [InlineData(2.98f, false, 0.02)]
    [InlineData(float.NaN, false, double.NaN)]
    public void LogitErrorIsAbsolute(float logit, bool passed, double error)
    {
        ReferenceReport report = Run(Reference([1, 2, 3], means: null), [1, 2, logit], []);

        Assert.Equal(passed, report.Passed);
        Assert.Equal(error, report.MaxLogitError!.Value, 1e-6);
        Assert.Empty(report.Activations);
    }

    [Fact]
    public void AnotherTopClassFailsHoweverCloseTheLogits()
    {
        ReferenceReport report = Run(Reference([1, 2, 2.001], means: null), [1, 2.001f, 2], []);

        Assert.False(report.Passed);
        Assert.Equal(0, report.Top1Agreements);
    }

    [Theory]
    [InlineData(2.001f, 0.5e-3)]   // against itself: 0.001 / 2
    [InlineData(2.004f, 2e-3)]
    public void MeanErrorIsRelative(float found, double error)
    {
        ReferenceReport report = Run(Reference(logits: null, [1, 1, 2]), [], [1, 1, found]);

        Assert.Equal(error, report.Activations[0].MaxError, 1e-6);
        Assert.Equal(error <= ReferenceCheck.ActivationTolerance, report.Passed);
        Assert.Null(report.MaxLogitError);
        Assert.Null(report.Top1Agreements);
    }

    [Fact]
    public void MeanNearZeroIsMeasuredAgainstItsLayer()
    {
        // Mean magnitude (1 + 2 + 0) / 3 = 1, of which a tenth is the floor: 5e-5 / 0.1.
        ReferenceReport report = Run(Reference(logits: null, [1, -2, -5e-13]), [], [1, -2, 5e-5f]);

        Assert.Equal(5e-4, report.Activations[0].MaxError, 1e-7);
        Assert.True(report.Passed);
    }

    [Fact]
    public void LayerOfZerosAgreesOnlyWithZeros()
    {
        Assert.True(Run(Reference(logits: null, [0, 0, 0]), [], [0, 0, 0]).Passed);
        Assert.False(Run(Reference(logits: null, [0, 0, 0]), [], [0, 1e-9f, 0]).Passed);
    }

    [Fact]
    public void ReferenceOfOtherWeightsIsRefused()
    {
        var error = Assert.Throws<WeightsFormatException>(() => Run(Reference([1, 2, 3], means: null, digest: "beef"), [1, 2, 3], []));

        Assert.Contains("was made with the weights beef; these are f00d", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReferenceOfAnotherLengthIsRefused()
    {
        Assert.Throws<WeightsFormatException>(() => Run(Reference([1, 2], means: null), [1, 2, 3], []));
        Assert.Throws<WeightsFormatException>(() => Run(Reference(logits: null, [1, 2]), [], [1, 2, 3]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"photos":[]}""")]
    [InlineData("""{"photos":[null]}""")]
    [InlineData("""{"photos":[{"file":null,"logits":[1]}]}""")]
    [InlineData("""{"photos":[{"file":"../../etc/passwd","logits":[1]}]}""")]
    [InlineData("""{"photos":[{"file":"a.png"}]}""")]
    [InlineData("""{"photos":[{"file":"a.png","logits":["x"]}]}""")]
    [InlineData("""{"photos":[{"file":"a.png","channelMeans":{"conv":null}}]}""")]
    [InlineData("""{"photos":[{"file":"a.png","channelMeans":{"conv":[]}}]}""")]
    public void ReferenceOfAWrongFormIsAFormatError(string json)
    {
        File.WriteAllText(Path.Combine(root, "reference.json"), json);

        Assert.Throws<WeightsFormatException>(() => ReferenceCheck.Open(root));
    }

    [Fact]
    public void MissingReferenceIsAFormatError() =>
        Assert.Contains("Expected a reference.json there", Assert.Throws<WeightsFormatException>(() => ReferenceCheck.Open(root)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("weights/net", "photos")]
    [InlineData("net", "photos")]
    [InlineData("net", "net/photos")]
    public void PhotosAreFoundBesideTheWeights(string weights, string photos)
    {
        string reference = Path.Combine(root, weights, "reference.json");
        Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
        File.WriteAllText(reference, Reference([1, 2, 3], means: null));
        ReferenceCheck check = ReferenceCheck.Open(reference);
        Assert.Contains("lies in none of", Assert.Throws<WeightsFormatException>(() => check.FindPhotosFolder()).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(root, photos));
        File.WriteAllText(Path.Combine(root, photos, "a.png"), string.Empty);

        Assert.Equal(Path.Combine(root, photos), check.FindPhotosFolder());
    }

    [Fact]
    public void PictureOfAnotherSizeIsRefused()
    {
        File.WriteAllText(Path.Combine(root, "reference.json"), Reference([1, 2, 3], means: null));
        using var network = new FakeNetwork((_, _) => [1, 2, 3], classes: 3);

        Assert.Throws<ArgumentException>(() => ReferenceCheck.Open(root).Run(network, _ => torch.rand(1, 3, 31, 32)));
    }

    private static string Reference(double[]? logits, double[]? means, string digest = "f00d")
    {
        var photo = new Dictionary<string, object>(StringComparer.Ordinal) { ["file"] = "a.png" };
        if (logits is not null)
        {
            photo["logits"] = logits;
        }

        if (means is not null)
        {
            photo["channelMeans"] = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["conv"] = means };
        }

        return JsonSerializer.Serialize(new { sha256 = digest, photos = new[] { photo } });
    }

    private ReferenceReport Run(string reference, float[] logits, float[] means)
    {
        File.WriteAllText(Path.Combine(root, "reference.json"), reference);
        using var network = new FakeNetwork((_, layer) => string.Equals(layer, "logits", StringComparison.Ordinal) ? logits : means, classes: 3);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        ReferenceReport report = ReferenceCheck.Open(root).Run(network, _ => torch.rand(1, 3, 32, 32));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        return report;
    }
}
