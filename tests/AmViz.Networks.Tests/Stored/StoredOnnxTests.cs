using AmViz.Models;
using AmViz.Onnx.Schema;
using AmViz.Onnx.Tests;
using AmViz.Storage;
using AmViz.TestKit;
using AmViz.Weights;
using Google.Protobuf;
using static TorchSharp.torch;

namespace AmViz.Networks.Tests;

/// <summary>An ONNX model in the store: known by its digest, with the tensors in files beside it.</summary>
[Collection(TorchTests.Name)]
public sealed class StoredOnnxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _cache = new();
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AModelIsFetchedByItsDigestAloneAndComputesTheSame(bool hasExternalData)
    {
        var files = Write(hasExternalData);
        var own = NetworkCatalogue.Open("mynet", _folder.Path);
        var pushed = await NetworkPublisher.PushAsync(own, _store, Token);
        Assert.Equal(files, pushed!.Network.Files.Select(file => file.Name));

        using var scope = NewDisposeScope();
        var images = rand([2, 3, 16, 16]);
        using var here = own.Load();
        using var there = new StoredNetworks([], _store, new() { Folder = _cache.Path }).Load("mynet", own.Weights.Digest, CPU);
        Assert.True(here.Forward(images, "bn1").eq(there.Forward(images, "bn1")).all().item<bool>());
        Assert.True(here.Forward(images, "logits").eq(there.Forward(images, "logits")).all().item<bool>());
    }

    [Fact]
    public void AFileBesideTheModelThatChangedMakesItAnotherNetwork()
    {
        Write(hasExternalData: true);
        var before = NetworkCatalogue.Open("mynet", _folder.Path);
        var bytes = File.ReadAllBytes(_folder.At("tensors.bin"));
        bytes[0] ^= 1;
        File.WriteAllBytes(_folder.At("tensors.bin"), bytes);
        Assert.NotEqual(before.Weights.Digest, NetworkCatalogue.Open("mynet", _folder.Path).Weights.Digest);
        Assert.Contains("changed since", Assert.Throws<WeightsFormatException>(() => before.Load()).Message, StringComparison.Ordinal);
    }

    private string[] Write(bool hasExternalData)
    {
        var model = SmallModel.Network().Proto;
        if (hasExternalData)
        {
            var weight = model.Graph.Initializer.Single(tensor => tensor.Name == "w3");
            File.WriteAllBytes(_folder.At("tensors.bin"), weight.RawData.ToByteArray());
            weight.ClearRawData();
            weight.DataLocation = 1;
            weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "tensors.bin" });
        }

        File.WriteAllBytes(_folder.At("net.onnx"), model.ToByteArray());
        File.WriteAllText(_folder.At("config.json"), """{"preprocessing": "x / 127.5 - 1"}""");
        return hasExternalData ? ["net.onnx", "tensors.bin", "config.json"] : ["net.onnx", "config.json"];
    }
}
