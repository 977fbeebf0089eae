using AmViz.Models;
using TorchSharp;

namespace AmViz.Networks.Tests;

[Collection(TorchTests.Name)]
public sealed class NetworkCatalogueTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-catalogue-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void UnknownModelNamesTheKnownOnesAndTheWayToOthers()
    {
        var error = Assert.Throws<UnknownModelException>(() => NetworkCatalogue.Open("resnet9000", weightsPath: null));

        Assert.Contains("There is no model 'resnet9000'", error.Message, StringComparison.Ordinal);
        Assert.Contains("--weights DIR, where DIR holds model.safetensors and config.json", error.Message, StringComparison.Ordinal);
        Assert.All(NetworkCatalogue.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryNetworkOfThePackageLoadsAndComputes()
    {
        foreach (string name in NetworkCatalogue.Names)
        {
            using var scope = torch.NewDisposeScope();
            NetworkSource source = NetworkCatalogue.Open(name, weightsPath: null);
            using INetwork network = source.Load();
            int size = source.Description.InputSize;

            torch.Tensor logits = network.Forward(torch.rand(1, 3, size, size), "logits");

            Assert.Equal([1, source.Description.Labels.Count], logits.shape);
            Assert.Empty(source.Description.Warnings);
            Assert.NotNull(source.Description.Provenance.License);
        }
    }

    [Fact]
    public void WeightsFolderIsEnoughWithoutAName()
    {
        TinyWeights.Folded().WriteTo(Path.Combine(root, "folder_name"));

        Assert.Equal("folder_name", NetworkCatalogue.Open(model: null, Path.Combine(root, "folder_name")).Description.Name);
        Assert.Equal("given", NetworkCatalogue.Open("given", Path.Combine(root, "folder_name")).Description.Name);
    }

    [Fact]
    public void NetworkIsLoadedInTheNumberFormatAskedFor()
    {
        TinyWeights.Folded().WriteTo(root);
        using var scope = torch.NewDisposeScope();
        using INetwork network = NetworkCatalogue.Open("tiny", root).Load(torch.CPU, torch.ScalarType.Float64);

        Assert.Equal(torch.ScalarType.Float64, network.Forward(TinyWeights.Picture(32, 32, torch.ScalarType.Float64), "conv1_bn").dtype);
        Assert.Equal(DeviceType.CPU, network.Device.type);
    }
}
