using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AmViz.Models;
using AmViz.TestKit;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Networks.Tests;

/// <summary>Fetching repositories from a stand-in for the Hugging Face hub on this machine; nothing here leaves it.</summary>
[Collection(TorchTests.Name)]
public sealed class RepositoryPullerTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Id = "someone/dinov2-tiny";

    private const string Config = """
        {"architectures":["Dinov2Model"],"model_type":"dinov2","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"mlp_ratio":2,"patch_size":14,"image_size":28}
        """;

    private const string Preprocessor = """{"image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225]}""";

    private static readonly byte[] Weights = Safetensors(_ => true);
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Weights));

    private readonly string root = Directory.CreateTempSubdirectory("amviz-hub-").FullName;

    private string Folder => Path.Combine(root, "models", "someone--dinov2-tiny");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task RepositoryOfAKnownFamilyBecomesANetworkWithoutBeingListedAnywhere()
    {
        await using LoopbackServer hub = Hub(Files());

        PullReport report = await PullAsync(hub);

        Assert.Equal(("someone--dinov2-tiny", Folder, Sha256, (long)Weights.Length), (report.Model, report.Folder, report.Sha256, report.Bytes));
        Assert.Equal("SHA-256 of the server's announcement; this first use is trusted and recorded", report.CheckedAgainst);
        NetworkDescription found = WeightsFolder.Open(Folder, within: Folder).Description;
        Assert.Equal(("vit", Sha256, "norm"), (found.Architecture, found.WeightsDigest, found.LayerShapes[^1].Name));
        Assert.Empty(found.Labels);
        Assert.Equal(Commit, found.Provenance.Details["revision"]);
        Assert.Equal(new Uri(hub.Address, Id).AbsoluteUri, found.Provenance.Source);
        Assert.Equal(["config.json", "model.safetensors", "preprocessor_config.json"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AllFilesAreOfTheCommitThatTheFirstOneIsOf()
    {
        await using LoopbackServer hub = Hub(Files());

        await PullAsync(hub, $"{Id}@some-branch");

        Assert.Equal(
            [$"/{Id}/resolve/some-branch/config.json", $"/{Id}/resolve/{Commit}/preprocessor_config.json", $"/{Id}/resolve/{Commit}/model.safetensors"],
            hub.Requests.Select(request => request.Path).Where(path => path != "/stored"));
    }

    [Fact]
    public async Task FetchedRepositoryIsFoundByItsNameAndByTheNameItIsKeptUnder()
    {
        await using LoopbackServer hub = Hub(Files());
        await PullAsync(hub);
        var cache = new HubCache(root);

        Assert.Equal(Folder, cache.Find(Id));
        Assert.Equal(Folder, cache.Find("someone--dinov2-tiny"));
        Assert.Null(cache.Find("someone/other"));
        Assert.Equal(["someone--dinov2-tiny"], cache.Repositories);
    }

    [Fact]
    public async Task WhatIsThereIsNotFetchedAgain()
    {
        await using LoopbackServer hub = Hub(Files());
        await PullAsync(hub);
        int asked = hub.Requests.Count;

        Assert.Equal(0, (await PullAsync(hub, sha256: Sha256)).Fetched);

        Assert.Equal(asked, hub.Requests.Count);
        Assert.Contains("expected 0000", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub, sha256: new string('0', 64)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DigestThatThePersonGivesIsHeldTo()
    {
        await using LoopbackServer hub = Hub(Files());

        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(hub, sha256: new string('0', 64)));

        Assert.Contains($"has the SHA-256 {Sha256}; expected {new string('0', 64)} (--sha256). It was thrown away", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
        Assert.Equal("SHA-256 of --sha256", (await PullAsync(hub, sha256: Sha256)).CheckedAgainst);
    }

    [Fact]
    public async Task OtherWeightsLaterAreRefused()
    {
        Dictionary<string, byte[]> files = Files();
        await using LoopbackServer hub = Hub(files);
        await PullAsync(hub);
        files["model.safetensors"] = Safetensors(_ => true, value: 0.25f);

        Assert.Contains("recorded when it was fetched first", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub, again: true))).Message, StringComparison.Ordinal);

        Assert.Equal(Weights, await File.ReadAllBytesAsync(Path.Combine(Folder, "model.safetensors"), Cancel));
    }

    [Fact]
    public async Task ShardsAreFetchedByTheirIndex()
    {
        Dictionary<string, byte[]> files = Files();
        files.Remove("model.safetensors");
        files["model-1.safetensors"] = Safetensors(name => name.StartsWith("blocks", StringComparison.Ordinal));
        files["model-2.safetensors"] = Safetensors(name => !name.StartsWith("blocks", StringComparison.Ordinal));
        var map = new JsonObject();
        foreach (string name in Specs().Select(spec => spec.Name))
        {
            map[name] = name.StartsWith("blocks", StringComparison.Ordinal) ? "model-1.safetensors" : "model-2.safetensors";
        }

        files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes(new JsonObject { ["weight_map"] = map }.ToJsonString());
        await using LoopbackServer hub = Hub(files);

        PullReport report = await PullAsync(hub);

        WeightsFolder opened = WeightsFolder.Open(Folder, within: Folder);
        Assert.Equal(report.Sha256, opened.Digest);
        Assert.Equal(3, opened.WeightsFiles.Count);
        Assert.Null(opened.Description.MissingTensor);
    }

    [Theory]
    [InlineData("../evil.safetensors")]
    [InlineData("/etc/evil.safetensors")]
    [InlineData("evil.exe")]
    public async Task IndexThatNamesOtherPlacesIsRefused(string shard)
    {
        Dictionary<string, byte[]> files = Files();
        files.Remove("model.safetensors");
        files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes(new JsonObject { ["weight_map"] = new JsonObject { ["cls_token"] = shard } }.ToJsonString());
        await using LoopbackServer hub = Hub(files);

        Assert.Contains("each a plain name", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NetworkOfAnotherFamilyIsRefusedBeforeItsWeights()
    {
        await using LoopbackServer hub = Hub(Files("""{"architectures":["BertModel"],"model_type":"bert"}"""));

        Assert.Contains("is no network that is known here, so its weights were not fetched", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);

        Assert.DoesNotContain(hub.Requests, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WeightsThatAreNotOfTheConfigurationAreThrownAway()
    {
        Dictionary<string, byte[]> files = Files();
        files["model.safetensors"] = Safetensors(name => name != "norm.bias");
        await using LoopbackServer hub = Hub(files);

        Assert.Contains("'norm.bias'", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);

        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task DamageOnTheWayIsSeenByTheAnnouncement()
    {
        await using LoopbackServer hub = Hub(Files(), announced: new string('1', 64));

        Assert.Contains("is not what the server announced", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigurationWithoutEndIsNotReadToItsEnd()
    {
        await using LoopbackServer hub = Hub(Files(new string(' ', 2 << 20)));

        Assert.Contains("expected a short text", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositoryWithoutWeightsSaysWhichWereLookedFor()
    {
        Dictionary<string, byte[]> files = Files();
        files.Remove("model.safetensors");
        await using LoopbackServer hub = Hub(files);

        Assert.Contains("expected one of model.safetensors, model.safetensors.index.json, pytorch_model.bin", (await Assert.ThrowsAsync<HubException>(() => PullAsync(hub))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timm/convnext_tiny.in12k_ft_in1k", "timm/convnext_tiny.in12k_ft_in1k", "main")]
    [InlineData("facebook/dinov2-small@refs/pr/1", "facebook/dinov2-small", "refs/pr/1")]
    public void RepositoriesAreReadAsPeopleWriteThem(string text, string id, string revision) => Assert.Equal(new HubRepository(id, revision), HubRepository.Parse(text));

    [Theory]
    [InlineData("dinov2")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a/b@../../c")]
    [InlineData("https://huggingface.co/a/b")]
    public void OtherTextsAreNoRepositories(string text) => Assert.Null(HubRepository.Parse(text));

    private static Dictionary<string, byte[]> Files(string config = Config) => new(StringComparer.Ordinal)
    {
        ["config.json"] = Encoding.UTF8.GetBytes(config), ["preprocessor_config.json"] = Encoding.UTF8.GetBytes(Preprocessor), ["model.safetensors"] = Weights,
    };

    // The weights lie elsewhere, as on the hub, and their digest is told before the server leads there.
    private static LoopbackServer Hub(Dictionary<string, byte[]> files, string? announced = null) => new(request =>
    {
        string name = request.Path.Split('/')[^1];
        if (request.Path == "/stored")
        {
            return LoopbackServer.File(request, files["model.safetensors"], $"\"{Convert.ToHexStringLower(SHA256.HashData(files["model.safetensors"]))}\"");
        }

        if (!request.Path.StartsWith($"/{Id}/resolve/", StringComparison.Ordinal) || !files.TryGetValue(name, out byte[]? content))
        {
            return new(404, []);
        }

        string digest = announced ?? Convert.ToHexStringLower(SHA256.HashData(content));
        if (name == "model.safetensors")
        {
            return new(302, [])
            {
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "/stored", ["X-Linked-ETag"] = $"\"{digest}\"", ["X-Repo-Commit"] = Commit },
            };
        }

        LoopbackResponse file = LoopbackServer.File(request, content, $"\"{name}\"");
        return file with { Headers = new Dictionary<string, string>(file.Headers, StringComparer.OrdinalIgnoreCase) { ["X-Repo-Commit"] = Commit } };
    });

    private static IEnumerable<TensorSpec> Specs()
        => WeightsConfig.Read(new MemoryStream(Encoding.UTF8.GetBytes(Config)), "config.json", _ => new MemoryStream(Encoding.UTF8.GetBytes(Preprocessor)))
            .Blueprint.Build(Preprocessing.ImageNet).Layers.SelectMany(layer => layer.Tensors);

    private static byte[] Safetensors(Func<string, bool> isWritten, float value = 0.5f)
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, Specs().Where(spec => isWritten(spec.Name)).ToDictionary(spec => spec.Name, spec => torch.full(spec.Shape, value), StringComparer.Ordinal), metadata: null, ElementType.F32);
        return stream.ToArray();
    }

    private async Task<PullReport> PullAsync(LoopbackServer hub, string repository = Id, string? sha256 = null, bool again = false)
    {
        using var puller = new RepositoryPuller(
            new HubSettings(hub.Address, hub.Address, null, root), TimeProvider.System, new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2), FruitlessAttempts = 3 });
        return await puller.PullAsync(HubRepository.Parse(repository)!, sha256, again, progress: null, Cancel);
    }
}
