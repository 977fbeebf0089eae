using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AmViz.Networks;
using AmViz.Weights;
namespace AmViz.Models.Tests.Folders;

/// <summary>Weights in several files with an index.</summary>
[Collection(TorchTests.Name)]
public sealed class ShardedTensorsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly string root = Directory.CreateTempSubdirectory("amviz-shards-").FullName;
    private readonly TinyWeights whole = TinyWeights.Separate();

    public ShardedTensorsTests()
    {
        whole.WriteTo(root);
        File.Delete(Path.Combine(root, "model.safetensors"));
        string[] names = [.. whole.Values.Keys];
        int half = names.Length / 2;
        WriteShard("b.safetensors", names[..half]);
        WriteShard("a.safetensors", names[half..]);
        WriteIndex(names.ToDictionary(name => name, name => names.AsSpan(0, half).Contains(name) ? "b.safetensors" : "a.safetensors", StringComparer.Ordinal));
        WithoutDigest();
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void ShardsAreOneNetwork()
    {
        WeightsFolder opened = WeightsFolder.Open(root, "net");

        Assert.Null(opened.Description.MissingTensor);
        Assert.Equal([Index, "b.safetensors", "a.safetensors"], opened.WeightsFiles.Select(Path.GetFileName));
        Assert.Equal(opened.WeightsFiles.Order(StringComparer.Ordinal), opened.Files.Where(file => opened.WeightsFiles.Contains(file)).Order(StringComparer.Ordinal));
        Assert.Equal(Index, Path.GetFileName(opened.Files[0]));
        Assert.Equal(Path.GetFileName(root), WeightsFolder.Open(Path.Combine(root, Index)).Description.Name);
        using GraphNetwork network = GraphNetwork.Load(opened, TorchSharp.torch.CPU);
        using GraphNetwork expected = whole.Load();
        using var scope = TorchSharp.torch.NewDisposeScope();
        TorchSharp.torch.Tensor picture = TinyWeights.Picture(32, 32);
        Assert.Equal(expected.Forward(picture, "logits").data<float>().ToArray(), network.Forward(picture, "logits").data<float>().ToArray());
    }

    [Fact]
    public void DigestIsWhatSha256SumGivesOfItsOwnList()
    {
        string list = string.Concat(new[] { Index, "a.safetensors", "b.safetensors" }.Select(name => $"{Sha256(name)}  {name}\n"));
        string expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)));

        WeightsFolder opened = WeightsFolder.Open(root);

        Assert.Equal(expected, opened.Digest);
        Assert.Equal(expected, opened.DigestFrom([.. opened.WeightsFiles.Select(file => Sha256(Path.GetFileName(file)))]));
    }

    [Fact]
    public void AShardThatChangesIsSeen()
    {
        NetworkSource source = NetworkCatalogue.Open("net", root);
        whole.Values["conv1.weight"][0] += 1;
        WriteShard("b.safetensors", [.. whole.Values.Keys.Take(whole.Values.Count / 2)]);

        Assert.Contains("changed since they were opened", Assert.Throws<WeightsFormatException>(() => source.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingShardOrTensorIsTold()
    {
        File.Move(Path.Combine(root, "b.safetensors"), Path.Combine(root, "c"));
        Assert.Contains("its shard 'b.safetensors' is missing", Message(), StringComparison.Ordinal);
        File.Move(Path.Combine(root, "c"), Path.Combine(root, "b.safetensors"));
        WriteIndex(new() { ["conv1.weight"] = "a.safetensors" });
        Assert.Contains("finds tensor 'conv1.weight' in 'a.safetensors', which does not have it", Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../b.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("folder/b.safetensors")]
    [InlineData("folder\\b.safetensors")]
    [InlineData("C:b.safetensors")]
    [InlineData("b\0.safetensors")]
    [InlineData("model.safetensors.index.json")]
    public void NoNameLeadsOutOfTheFolder(string shard)
    {
        WriteIndex(new() { ["conv1.weight"] = shard });

        Assert.Contains("which is not the name of a file beside it", Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": []}")]
    [InlineData("{\"weight_map\": {}}")]
    [InlineData("{\"weight_map\": {\"a\": 1}}")]
    [InlineData("{\"weight_map\": {\"a\": \"a.safetensors\", \"a\": \"b.safetensors\"}}")]
    public void WhatIsNoIndexIsSaidSo(string text)
    {
        File.WriteAllText(Path.Combine(root, Index), text);

        Assert.Contains(Index, Message(), StringComparison.Ordinal);
    }

    public static TheoryData<DamagedFiles> Mutations => new()
    {
        new DamagedFiles("flip a few bits of the index", Mutation.FlipBits, 400),
        new DamagedFiles("cut the end off the index", Mutation.CutOff, 200),
        new DamagedFiles("overwrite a block of the index", Mutation.OverwriteBlock, 200),
        new DamagedFiles("repeat or drop a piece of the index", Mutation.RepeatOrDrop, 200),
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void DamagedIndexesEndInFormatErrorsWithinBoundsOfMemory(DamagedFiles damaged)
    {
        Dictionary<string, byte[]> shards = new[] { "a.safetensors", "b.safetensors" }.ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(root, name)), StringComparer.Ordinal);
        long ofShards = shards.Values.Sum(shard => (long)shard.Length);

        damaged.AreReadOrRefusedBy(
            [File.ReadAllBytes(Path.Combine(root, Index))],
            index =>
            {
                using ShardedTensors file = ShardedTensors.Open(new MemoryStream(index), Index, name => shards.TryGetValue(name, out byte[]? shard) ? new MemoryStream(shard, writable: false) : null);
                foreach (string tensor in file.Tensors.Keys)
                {
                    file.Read(tensor).Dispose();
                }
            },
            length => (20 * length) + (4 * ofShards) + 400_000);
    }

    [Theory]
    [InlineData("../elsewhere/labels.json", "lies outside of the folder")]
    [InlineData("labels.json", "leads by a link out of the folder")]
    public void NetworksOfOthersStayInTheirFolderAndOnesOwnMayLeadAnywhere(string labels, string told)
    {
        string net = Path.Combine(root, "net");
        Directory.CreateDirectory(net);
        Directory.CreateDirectory(Path.Combine(root, "elsewhere"));
        whole.Config["labels"] = labels;
        whole.WriteTo(net);
        File.Move(Path.Combine(net, "labels.json"), Path.Combine(root, "elsewhere", "labels.json"), overwrite: true);
        if (labels == "labels.json")
        {
            File.CreateSymbolicLink(Path.Combine(net, "labels.json"), Path.Combine(root, "elsewhere", "labels.json"));
        }

        Assert.Equal("label 3", NetworkCatalogue.Open("net", net).Description.Labels[3]);
        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => NetworkCatalogue.Open("net", net, within: net)).Message, StringComparison.Ordinal);
        if (labels != "labels.json")
        {
            // As a pushed network lies in the cache: its labels beside its folder.
            Assert.Equal("label 3", NetworkCatalogue.Open("net", net, within: root).Description.Labels[3]);
        }
    }

    private string Message() => Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(root)).Message;

    private string Sha256(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, name))));

    private void WriteIndex(Dictionary<string, string> map) => File.WriteAllText(Path.Combine(root, Index), JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map }));

    private void WriteShard(string file, string[] names)
    {
        var shard = new TinyWeights();
        foreach (string name in names)
        {
            shard.Set(name, whole.Shapes[name], whole.Values[name]);
        }

        File.WriteAllBytes(Path.Combine(root, file), shard.Safetensors());
    }

    private void WithoutDigest()
    {
        whole.Config["sha256"] = null;
        File.WriteAllBytes(Path.Combine(root, "config.json"), whole.ConfigJson([]));
        whole.Config.Remove("sha256");
    }
}
