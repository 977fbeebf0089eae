using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

/// <summary><c>amviz sweep fetch</c>, from an API that answers with the files of a store.</summary>
[Collection(nameof(ApiCommandTests))]
public sealed class SweepFetchCommandTests(TinyNetwork network) : IClassFixture<TinyNetwork>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task WhatIsFetchedIsWhatLiesInTheStoreAndAgainOnlyWhatIsMissing()
    {
        var id = await DrawAsync();
        await using var server = FakeApi.Open(FilesOf("there", id));
        var first = await FetchAsync(server, id);
        Assert.True(first.ExitCode == ExitCode.Done, first.Error);
        Assert.Equal((4, 0), (first.Json.GetProperty("fetched").GetInt32(), first.Json.GetProperty("kept").GetInt32()));
        Assert.True(File.Exists(first.Json.GetProperty("atlas").GetString()));
        Assert.Equal(Files("there"), Files("here"));
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("manifest", "verify", "--out", _folder.At("here"))).ExitCode);

        File.Delete(Directory.GetFiles(_folder.At("here", "results"), "3-s0.png", SearchOption.AllDirectories).Single());
        var second = await FetchAsync(server, id);
        Assert.Equal((1, 3), (second.Json.GetProperty("fetched").GetInt32(), second.Json.GetProperty("kept").GetInt32()));
        Assert.Equal(Files("there"), Files("here"));
    }

    [Fact]
    public async Task APictureThatIsNotWhatTheManifestSaysIsNotKept()
    {
        var id = await DrawAsync();
        var answer = FilesOf("there", id);
        await using var server = FakeApi.Open(request => answer(request) is { Status: 200, Body: var body } whole && request.Path.EndsWith("/3-s0.png", StringComparison.Ordinal) ? new(200, body[..^1]) : answer(request));
        var run = await FetchAsync(server, id);
        Assert.Equal(ExitCode.OutOfReach, run.ExitCode);
        Assert.Contains("3-s0.png' came with SHA-256", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.At("here"), "3-s0.png", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_folder.At("here"), "manifest.*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AnotherPictureThatLiesThereIsNotReplaced()
    {
        var id = await DrawAsync();
        await using var server = FakeApi.Open(FilesOf("there", id));
        await FetchAsync(server, id);
        var picture = Directory.GetFiles(_folder.At("here", "results"), "3-s0.png", SearchOption.AllDirectories).Single();
        var other = File.ReadAllBytes(picture);
        other[^1] ^= 1;
        File.WriteAllBytes(picture, other);
        var run = await FetchAsync(server, id);
        Assert.Equal(ExitCode.OutOfReach, run.ExitCode);
        Assert.Contains("is another picture", run.Error, StringComparison.Ordinal);
        Assert.Equal(other, File.ReadAllBytes(picture));
    }

    [Fact]
    public async Task AManifestWhoseHeaderIsOfAnotherFoldingIsNotUsed()
    {
        var id = await DrawAsync();
        var header = _folder.At("there", "sweeps", id, "manifest.json");
        var text = File.ReadAllText(header);
        var digest = JsonDocument.Parse(text).RootElement.GetProperty("rowsDigest").GetString()!;
        File.WriteAllText(header, text.Replace(digest, new string('0', digest.Length), StringComparison.Ordinal));
        await using var server = FakeApi.Open(FilesOf("there", id));
        var run = await FetchAsync(server, id);
        Assert.Equal(ExitCode.OutOfReach, run.ExitCode);
        Assert.Contains("do not belong together", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("here", "results")));
    }

    [Theory]
    [InlineData("manifest.parquet", "has not ended")]
    [InlineData("sweep.json", "has no sweep")]
    public async Task ASweepThatIsNotThereOrNotYetIsTold(string missing, string problem)
    {
        var id = await DrawAsync();
        File.Delete(_folder.At("there", "sweeps", id, missing));
        await using var server = FakeApi.Open(FilesOf("there", id));
        var run = await FetchAsync(server, id);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatIsNamedByItsRedisHasItsResultsInItsStore()
    {
        var run = await CommandLineRun.OfAsync("sweep", "fetch", "4acf2da13df249da", "--out", _folder.At("here"), "--cluster", "redis://127.0.0.1:1");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("Expected --cluster https://HOST", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APassOfPhotographsIsFetchedWithItsTablesAndCrops()
    {
        await File.WriteAllTextAsync(
            _folder.At("spec.yaml"), $"models: [{{weights: {network.Path}, layers: [logits]}}]\nphotographs: {{textures: 40, shardSize: 16, crops: 1}}\n", TestContext.Current.CancellationToken);
        var id = await DrawAsync(_folder.At("spec.yaml"));
        await using var server = FakeApi.Open(FilesOf("there", id));
        var first = await FetchAsync(server, id);
        Assert.True(first.ExitCode == ExitCode.Done, first.Error);
        var fetched = Files("here");
        Assert.Equal(Files("there").Where(file => !file.Key.Contains("/lists/", StringComparison.Ordinal)), fetched);
        Assert.Equal(fetched.Count(file => !file.Key.StartsWith("sweeps", StringComparison.Ordinal)), first.Json.GetProperty("fetched").GetInt32());
        Assert.Equal(JsonValueKind.Null, first.Json.GetProperty("atlas").ValueKind);
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("manifest", "verify", "--out", _folder.At("here"))).ExitCode);
        Assert.Equal(0, (await FetchAsync(server, id)).Json.GetProperty("fetched").GetInt32());
    }

    [Fact]
    public async Task ScoresAreFetchedWithoutPicturesAndPass()
    {
        await DrawAsync();
        var shown = await CommandLineRun.OfAsync("respond", "--weights", network.Path, "--layer", "logits", "--textures", "40", "--crops", "0", "--effective-fields", "0", "--out", _folder.At("there"));
        Assert.True(shown.ExitCode == ExitCode.Done, shown.Error);
        await File.WriteAllTextAsync(_folder.At("spec.yaml"), $"models: [{{weights: {network.Path}}}]\nscores: {{}}\n", TestContext.Current.CancellationToken);
        var id = await DrawAsync(_folder.At("spec.yaml"));
        await using var server = FakeApi.Open(FilesOf("there", id));
        var first = await FetchAsync(server, id);
        Assert.True(first.ExitCode == ExitCode.Done, first.Error);
        Assert.Equal(1, first.Json.GetProperty("fetched").GetInt32());
        var (there, here) = (Tables("there"), Tables("here"));
        Assert.Equal(there, here);
        Assert.Equal(File.ReadAllBytes(_folder.At("there", there.Single())), File.ReadAllBytes(_folder.At("here", here.Single())));
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("manifest", "verify", "--out", _folder.At("here"))).ExitCode);

        string[] Tables(string store) => [.. Directory.EnumerateFiles(_folder.At(store, "scores"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder.At(store), file))];
    }

    private async Task<string> DrawAsync(string? spec = null)
    {
        string[] what = spec is null ? ["--weights", network.Path, "--layer", "logits", "--channel", "0-3", "--steps", "8"] : [spec];
        var run = await CommandLineRun.OfAsync(["run", .. what, "--out", _folder.At("there"), "--json"]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return Path.GetFileName(Path.GetDirectoryName(run.Json.GetProperty("manifest").GetString()))!;
    }

    private Task<CommandLineRun> FetchAsync(LoopbackServer server, string id)
        => ApiCommandTests.WithKeyAsync("sweep", "fetch", id, "--out", _folder.At("here"), "--cluster", ApiCommandTests.Address(server), "--json");

    /// <summary>Answers with files of a store, as the API does.</summary>
    private Func<LoopbackRequest, LoopbackResponse> FilesOf(string store, string id) => request =>
    {
        var asked = Uri.UnescapeDataString(request.Path)[$"/api/v1/sweeps/{id}/".Length..];
        var file = asked.StartsWith("files/", StringComparison.Ordinal) ? _folder.At(store, "sweeps", id, asked["files/".Length..]) : _folder.At(store, asked[(asked.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return File.Exists(file) ? new(200, File.ReadAllBytes(file)) : FakeApi.Problem(404, "unknown-file", "There is no such file.");
    };

    /// <summary>Digests of what a fetch copies.</summary>
    private Dictionary<string, string> Files(string store)
        => Directory.EnumerateFiles(_folder.At(store), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) == ".png" ? file.Contains("/results/", StringComparison.Ordinal) || file.Contains("/crops/", StringComparison.Ordinal) : file.Contains("/responses/", StringComparison.Ordinal) || Path.GetFileName(file) is "sweep.json" or "manifest.json" or "manifest.parquet" or "runlog.parquet")
            .ToDictionary(file => Path.GetRelativePath(_folder.At(store), file), file => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();
}
