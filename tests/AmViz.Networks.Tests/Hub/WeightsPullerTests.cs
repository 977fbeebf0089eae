using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AmViz.Models;
using AmViz.TestKit;

namespace AmViz.Networks.Tests;

/// <summary>Fetching against a server on this machine; nothing here leaves it.</summary>
[Collection(TorchTests.Name)]
public sealed class WeightsPullerTests : IDisposable
{
    private const string Tag = "\"first\"";
    private const string WeightsPath = "/tensorflow/keras-applications/tiny.h5";

    private static readonly byte[] Weights = TinyWeights.Separate().Safetensors();
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Weights));
    private static readonly string Md5 = Convert.ToHexStringLower(MD5.HashData(Weights));

    private readonly string root = Directory.CreateTempSubdirectory("amviz-hub-").FullName;

    private string Folder => Path.Combine(root, "models", "tiny");

    private string File => Path.Combine(Folder, "model.h5");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task FetchedNetworkIsAWeightsFolderThatOpens()
    {
        await using var server = new LoopbackServer(Serve);

        PullReport report = await PullAsync(server, Network(new(ChecksumKind.Md5, Md5, "a test")));

        Assert.Equal(("tiny", Folder, (long)Weights.Length, Sha256), (report.Model, report.Folder, report.Bytes, report.Sha256));
        Assert.Equal("Md5 of a test", report.CheckedAgainst);
        Assert.Equal(Weights.Length, report.Fetched);
        WeightsFolder opened = WeightsFolder.Open(Folder, "tiny");
        Assert.Equal("mobilenet_v1", opened.Description.Architecture);
        Assert.Equal(Sha256, opened.Digest);
        Assert.Equal(new Uri(server.Address, WeightsPath).AbsoluteUri, opened.Description.Provenance.Source);
        Assert.Equal("Md5 of a test", opened.Description.Provenance.Details["checkedAgainst"]);
        Assert.Equal(["config.json", "model.h5"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhatIsThereIsNotFetchedAgain()
    {
        await using var server = new LoopbackServer(Serve);
        await PullAsync(server, Network());
        int asked = server.Requests.Count;

        PullReport second = await PullAsync(server, Network());

        Assert.Equal(0, second.Fetched);
        Assert.Equal(asked, server.Requests.Count);
    }

    [Fact]
    public async Task DamagedFileIsFetchedAgain()
    {
        await using var server = new LoopbackServer(Serve);
        await PullAsync(server, Network());
        await System.IO.File.WriteAllTextAsync(File, "damage", Cancel);

        PullReport second = await PullAsync(server, Network());

        Assert.Equal(Weights.Length, second.Fetched);
        Assert.Equal(Weights, await System.IO.File.ReadAllBytesAsync(File, Cancel));
    }

    [Fact]
    public async Task CutConnectionIsGoneOnWithWhereItEnded()
    {
        int half = Weights.Length / 2;
        int answers = 0;
        await using var server = new LoopbackServer(request =>
            request.Path == WeightsPath && Interlocked.Increment(ref answers) == 1 ? Serve(request) with { CutAfter = half } : Serve(request));

        PullReport report = await PullAsync(server, Network());

        LoopbackRequest[] asked = [.. server.Requests.Where(request => request.Path == WeightsPath)];
        Assert.Equal(2, asked.Length);
        string range = asked[1].Headers["Range"];
        int from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(from, 1, half);
        Assert.Equal(Tag, asked[1].Headers["If-Range"]);
        Assert.Equal(Sha256, report.Sha256);
    }

    [Fact]
    public async Task DownloadThatWasStoppedIsGoneOnWithByTheNextCommand()
    {
        int half = Weights.Length / 2;
        await using (var cutting = new LoopbackServer(request => request.Path == WeightsPath ? Serve(request) with { CutAfter = Math.Min(half, Serve(request).Body.Length - 1) } : Serve(request)))
        {
            await Assert.ThrowsAsync<HubException>(() => PullAsync(cutting, Network(), Impatient with { FruitlessAttempts = 1 }));
        }

        long kept = new FileInfo($"{File}.part").Length;
        Assert.InRange(kept, 1, Weights.Length - 1);

        // The same address, which is part of what an unfinished file remembers.
        string state = await System.IO.File.ReadAllTextAsync($"{File}.part.json", Cancel);
        await using var server = new LoopbackServer(Serve);
        string port = JsonNode.Parse(state)!["Address"]!.ToString();
        await System.IO.File.WriteAllTextAsync($"{File}.part.json", state.Replace(port, new Uri(server.Address, WeightsPath).AbsoluteUri, StringComparison.Ordinal), Cancel);

        PullReport report = await PullAsync(server, Network());

        Assert.Equal(kept, report.Resumed);
        Assert.Equal(Weights.Length - kept, report.Fetched);
        Assert.Equal(Sha256, report.Sha256);
    }

    [Fact]
    public async Task FileThatChangedMeanwhileIsFetchedFromItsBeginning()
    {
        int answers = 0;
        await using var server = new LoopbackServer(request => request.Path != WeightsPath
            ? Serve(request)
            : Interlocked.Increment(ref answers) == 1
                ? LoopbackServer.File(request, new byte[Weights.Length], "\"older\"") with { CutAfter = 1000 }
                : Serve(request));

        PullReport report = await PullAsync(server, Network());

        Assert.Equal(Sha256, report.Sha256);
        Assert.Equal(0, report.Resumed);
    }

    [Fact]
    public async Task WholeFileThatWasNeverPutInItsPlaceIsNotFetchedAgain()
    {
        await using var server = new LoopbackServer(Serve);
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllBytesAsync($"{File}.part", Weights, Cancel);
        await System.IO.File.WriteAllTextAsync(
            $"{File}.part.json", new JsonObject { ["Address"] = new Uri(server.Address, WeightsPath).AbsoluteUri, ["Validator"] = Tag }.ToJsonString(), Cancel);

        PullReport report = await PullAsync(server, Network());

        Assert.Equal((0L, (long)Weights.Length), (report.Fetched, report.Resumed));
        Assert.Equal(Sha256, report.Sha256);
    }

    [Fact]
    public async Task WrongPublishedChecksumThrowsEverythingAway()
    {
        await using var server = new LoopbackServer(Serve);

        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(server, Network(new(ChecksumKind.Sha256, new string('0', 64), "a test"))));

        Assert.Contains($"has the Sha256 {Sha256}; expected {new string('0', 64)} (a test). It was thrown away", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task ChecksumThatTheHubAnnouncesIsChecked()
    {
        await using var right = Hub(Sha256);
        Assert.StartsWith("Sha256 of the server's announcement; its publisher prints no checksum, so this first use is trusted", (await PullAsync(right, HubNetwork())).CheckedAgainst, StringComparison.Ordinal);
        Assert.Equal("abc", JsonNode.Parse(await System.IO.File.ReadAllTextAsync(Path.Combine(Folder, "config.json"), Cancel))!["provenance"]!["revision"]!.ToString());
        Directory.Delete(Folder, recursive: true);

        await using var wrong = Hub(new string('1', 64));
        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(wrong, HubNetwork()));
        Assert.Contains("the server's announcement", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChecksumThatGooglesStorageAnnouncesIsChecked()
    {
        string announced = Convert.ToBase64String(MD5.HashData(Weights));
        LoopbackResponse Announce(LoopbackRequest request) => request.Path == WeightsPath
            ? Serve(request) with { Headers = new Dictionary<string, string>(Serve(request).Headers, StringComparer.Ordinal) { ["x-goog-hash"] = $"crc32c=AAAAAA==,md5={announced}" } }
            : Serve(request);
        await using var server = new LoopbackServer(Announce);
        Assert.StartsWith("Md5 of the server's announcement", (await PullAsync(server, Network())).CheckedAgainst, StringComparison.Ordinal);
        Directory.Delete(Folder, recursive: true);
        announced = Convert.ToBase64String(new byte[16]);

        Assert.Contains($"has the Md5 {Md5}; expected {new string('0', 32)}", (await Assert.ThrowsAsync<HubException>(() => PullAsync(server, Network()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstUseIsTrustedAndOtherBytesLaterAreRefused()
    {
        byte[] now = Weights;
        await using var server = new LoopbackServer(request => request.Path == WeightsPath ? LoopbackServer.File(request, now, Tag) : Serve(request));
        Assert.Contains("first use is trusted", (await PullAsync(server, Network())).CheckedAgainst, StringComparison.Ordinal);
        now = [.. Weights, 0];

        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(server, Network(), again: true));

        Assert.Contains("recorded when it was fetched first", error.Message, StringComparison.Ordinal);
        Assert.Equal(Weights, await System.IO.File.ReadAllBytesAsync(File, Cancel));
    }

    [Fact]
    public async Task TokenGoesToTheHubAndNotToWhereItRedirects()
    {
        await using var storage = new LoopbackServer(request => LoopbackServer.File(request, Weights, Tag));
        await using var hub = new LoopbackServer(request => request.Path.Contains("resolve", StringComparison.Ordinal)
            ? new LoopbackResponse(302, []) { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = new Uri(storage.Address, "elsewhere?signed=1").AbsoluteUri } }
            : new LoopbackResponse(404, []));

        await PullAsync(hub, HubNetwork(), token: "secret");

        Assert.Equal("Bearer secret", hub.Requests.Single(request => request.Path.Contains("resolve", StringComparison.Ordinal)).Headers["Authorization"]);
        Assert.DoesNotContain("Authorization", storage.Requests.Single().Headers.Keys);
        Assert.All(hub.Requests.Where(request => request.Path.Contains("class_index", StringComparison.Ordinal)), request => Assert.DoesNotContain("Authorization", request.Headers.Keys));
    }

    [Fact]
    public async Task BusyServerIsAskedAgain()
    {
        int answers = 0;
        await using var server = new LoopbackServer(request => request.Path == WeightsPath && Interlocked.Increment(ref answers) <= 2 ? new(503, []) : Serve(request));

        Assert.Equal(Sha256, (await PullAsync(server, Network())).Sha256);
        Assert.Equal(3, answers);
    }

    [Theory]
    [InlineData(404, "check the mirror in AMVIZ_KERAS_MIRROR")]
    [InlineData(401, "put its token into HF_TOKEN")]
    [InlineData(403, "put its token into HF_TOKEN")]
    public async Task RefusalIsToldAtOnceWithWhatToDo(int status, string advice)
    {
        await using var server = new LoopbackServer(request => request.Path == WeightsPath ? new(status, []) : Serve(request));

        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(server, Network()));

        Assert.Contains($"answered {status}", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests, request => request.Path == WeightsPath);
    }

    [Fact]
    public async Task ServerThatStaysBusyOrSilentOrAwayEndsInAnError()
    {
        await using var busy = new LoopbackServer(_ => new(500, []));
        Assert.Contains("answered 500", (await Assert.ThrowsAsync<HubException>(() => PullAsync(busy, Network()))).Message, StringComparison.Ordinal);

        await using var silent = new LoopbackServer(_ => new(200, []) { Hangs = true });
        Assert.Contains("sent nothing", (await Assert.ThrowsAsync<HubException>(() => PullAsync(silent, Network(), Impatient with { Stall = TimeSpan.FromMilliseconds(50), FruitlessAttempts = 2 }))).Message, StringComparison.Ordinal);

        var away = new LoopbackServer(_ => new(200, []));
        await away.DisposeAsync();
        Assert.Contains("Behind a proxy, set HTTPS_PROXY", (await Assert.ThrowsAsync<HubException>(() => PullAsync(away, Network()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RedirectsInCirclesEnd()
    {
        await using var circle = new LoopbackServer(request => new(302, []) { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = request.Path } });

        Assert.Contains("more than 8 times", (await Assert.ThrowsAsync<HubException>(() => PullAsync(circle, Network()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LabelsComeInTheFormOfAWeightsFolder()
    {
        await using LoopbackServer server = WithLabels();

        PullReport report = await PullAsync(server, Network(), labels: new(ChecksumKind.Md5, Convert.ToHexStringLower(MD5.HashData(Index)), "a test"));

        Assert.Empty(report.Warnings);
        Assert.Equal("great label 3", WeightsFolder.Open(Folder).Description.Labels[3]);
    }

    [Fact]
    public async Task OtherLabelsThanThePublishedOnesAreLeftOutWithAWarning()
    {
        await using LoopbackServer server = WithLabels();

        PullReport report = await PullAsync(server, Network());

        Assert.Contains("not those that Keras publishes", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal("class 3", WeightsFolder.Open(Folder).Description.Labels[3]);
    }

    [Fact]
    public async Task TwoAtOnceDoNotWriteIntoEachOther()
    {
        Directory.CreateDirectory(Folder);
        await using var server = new LoopbackServer(Serve);
        using PartFile other = PartFile.Open(File, server.Address);

        Assert.Contains("another 'amviz models pull' is at work", (await Assert.ThrowsAsync<HubException>(() => PullAsync(server, Network()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellingKeepsWhatIsThere()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new LoopbackServer(request => request.Path == WeightsPath ? Serve(request) with { CutAfter = Weights.Length / 2 } : Serve(request));
        var progress = new Immediate(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PullAsync(server, Network(), progress: progress, cancel: stop.Token));

        Assert.True(System.IO.File.Exists($"{File}.part") || Directory.GetFiles(Folder, "*.part").Length > 0);
    }

    private static DownloadOptions Impatient => new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2), FruitlessAttempts = 3 };

    private static LoopbackResponse Serve(LoopbackRequest request) =>
        request.Path == WeightsPath ? LoopbackServer.File(request, Weights, Tag) : new(404, []);

    private static LoopbackServer Hub(string announced) => new(request => request.Path switch
    {
        "/someone/tiny/resolve/main/model.h5" => new(302, [])
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "/stored", ["X-Linked-ETag"] = $"\"{announced}\"", ["X-Repo-Commit"] = "abc" },
        },
        "/stored" => LoopbackServer.File(request, Weights, Tag),
        _ => new(404, []),
    });

    private static byte[] Index => Encoding.UTF8.GetBytes(
        $"{{{string.Join(", ", Enumerable.Range(0, TinyWeights.Classes).Reverse().Select(i => $"\"{i}\": [\"n{i}\", \"great_label_{i}\"]"))}}}");

    private static LoopbackServer WithLabels() =>
        new(request => request.Path.EndsWith("class_index.json", StringComparison.Ordinal) ? LoopbackServer.File(request, Index, Tag) : Serve(request));

    private static HubNetwork Network(Checksum? checksum = null) => Make(HubAddress.Keras("tiny.h5"), checksum);

    private static HubNetwork HubNetwork() => Make(HubAddress.Hub("someone/tiny", "main", "model.h5"), null);

    private static HubNetwork Make(HubAddress address, Checksum? checksum) => new("tiny", "a test's", 1, new(address, checksum, "MIT", () => new JsonObject
    {
        ["architecture"] = "mobilenet_v1",
        ["classes"] = TinyWeights.Classes,
        ["inputSize"] = 32,
        ["preprocessing"] = "x / 127.5 - 1",
        ["padding"] = "TensorFlow SAME",
        ["activation"] = "relu6",
        ["width"] = TinyWeights.Width,
        ["batchNorm"] = "separate",
    }));

    private async Task<PullReport> PullAsync(
        LoopbackServer server, HubNetwork network, DownloadOptions? options = null, bool again = false, string? token = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken? cancel = null, Checksum? labels = null)
    {
        var settings = new HubSettings(server.Address, server.Address, token, root);
        using var puller = new WeightsPuller(settings, TimeProvider.System, options ?? Impatient) { LabelsChecksum = labels ?? HubCatalogue.LabelsChecksum };
        return await puller.PullAsync(network, again, progress, cancel ?? Cancel);
    }

    private sealed class Immediate(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
