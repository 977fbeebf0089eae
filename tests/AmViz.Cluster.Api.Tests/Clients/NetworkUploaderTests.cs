using System.Security.Cryptography;
using AmViz.Cluster.Http;
using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Clients;

/// <summary>Networks that the client of the API sends, over a network that fails.</summary>
public sealed class NetworkUploaderTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Part = HttpNetworkClient.LongestPart;

    private readonly Dictionary<string, string> _notes = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ANetworkArrivesWholeAndLeavesNoUploadAndTheSameIsFoundThere()
    {
        var (network, files) = Network(Part + 5);
        var before = await OpenAsync();
        var progress = new List<UploadProgress>();
        using var client = Client(host.Address);
        Assert.Null(await client.FindAsync(network.WeightsDigest, Token));
        var sent = await Uploader(client).SendAsync(network, file => new MemoryStream(files[file.Name]), new Told(progress.Add), Token);
        Assert.Equal(new("mynet", Part + 7, 0), sent);
        Assert.Equal([("config.json", 0), ("config.json", 2), ("weights/model.bin", 0), ("weights/model.bin", Part), ("weights/model.bin", Part + 5)], progress.Select(one => (one.File, (int)one.Bytes)));
        Assert.Empty(_notes);
        Assert.Equal(before, await OpenAsync());

        var there = await client.FindAsync(network.WeightsDigest, Token);
        Assert.True(network.IsSame(there!));
        Assert.False((network with { Files = [network.Files[0]] }).IsSame(there!));
    }

    [Fact]
    public async Task AConnectionThatIsCutInAPartIsMadeAgainWithinPatience()
    {
        var (network, files) = Network(2 * Part);
        await using var proxy = new LoopbackProxy(host.Address);
        using var client = Client(proxy.Through(host.Address));
        proxy.CutAfter(Part + (Part / 2));
        var sent = await Uploader(client).SendAsync(network, file => new MemoryStream(files[file.Name]), new Told(_ => { }), Token);
        Assert.Equal((2 * Part) + 2, sent.Sent);
        Assert.True(proxy.Cuts > 0, "Nothing was cut.");
    }

    [Fact]
    public async Task WhatCameBeforeAProcessEndedIsNotSentAgain()
    {
        var (network, files) = Network((2 * Part) + 9);
        using var leaving = new CancellationTokenSource();
        using (var client = Client(host.Address))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Uploader(client).SendAsync(
                network, file => new MemoryStream(files[file.Name]), new Told(one => Cancel(one.Bytes >= Part, leaving)), leaving.Token));
        }

        Assert.Single(_notes);
        using var later = Client(host.Address);
        Assert.Equal(new("mynet", Part + 9, Part + 2), await Uploader(later).SendAsync(network, file => new MemoryStream(files[file.Name]), progress: null, Token));
        Assert.Empty(_notes);
    }

    [Fact]
    public async Task AnUploadThatTheClusterHasForgottenBeginsAnew()
    {
        var (network, files) = Network(11);
        _notes[network.Fingerprint] = "20260101T000000-0123456789abcdef";
        using var client = Client(host.Address);
        Assert.Equal(13, (await Uploader(client).SendAsync(network, file => new MemoryStream(files[file.Name]), progress: null, Token)).Sent);
    }

    [Fact]
    public async Task ALostAnswerToTheLastRequestIsNoFailure()
    {
        var (network, files) = Network(17);
        await using var proxy = new LoopbackProxy(host.Address);
        using var client = Client(proxy.Through(host.Address));
        var sent = await Uploader(client).SendAsync(
            network, file => new MemoryStream(files[file.Name]), new Told(one => LoseAnswer(one is { File: "weights/model.bin", Bytes: 17 }, proxy)), Token);
        Assert.Equal("mynet", sent.Model);
        Assert.True(proxy.Cuts > 0, "Nothing was cut.");
    }

    /// <summary>Two processes of one user share the note, and so the upload.</summary>
    [Theory]
    [InlineData("weights/model.bin", 0)]
    [InlineData("weights/model.bin", Part)]
    [InlineData("weights/model.bin", Part + 3)]
    public async Task WhoGoesOnWithAnUploadThatAnotherCompletesMeanwhileIsDoneToo(string file, int bytes)
    {
        var (network, files) = Network(Part + 3);
        var before = await OpenAsync();
        using var client = Client(host.Address);
        var sent = await SendMeanwhileAsync(client, network, files, one => one.File == file && one.Bytes == bytes, async () =>
        {
            using var other = Client(host.Address);
            Assert.Equal("mynet", (await Uploader(other).SendAsync(network, one => new MemoryStream(files[one.Name]), progress: null, Token)).Model);
        });
        Assert.Equal(new("mynet", bytes + 2, 0), sent);
        Assert.Empty(_notes);
        Assert.Equal(before, await OpenAsync());
    }

    [Fact]
    public async Task WhoseUploadIsRemovedMeanwhileBeginsAnewOnce()
    {
        var (network, files) = Network(Part + 4);
        var before = await OpenAsync();
        using var client = Client(host.Address);
        var sent = await SendMeanwhileAsync(client, network, files, one => one.Bytes == Part, RemoveAsync);
        Assert.Equal(new("mynet", (2 * Part) + 2 + 2 + 4, 0), sent);
        Assert.Equal(before, await OpenAsync());
    }

    [Fact]
    public async Task WhoseUploadIsRefusedToAnotherMeanwhileIsRefusedForTheSameReason()
    {
        var (network, files) = Network(29, config: "labels.txt");
        var before = await OpenAsync();
        using var client = Client(host.Address);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => SendMeanwhileAsync(client, network, files, one => one is { File: "weights/model.bin", Bytes: 0 }, async () =>
        {
            using var other = Client(host.Address);
            await Assert.ThrowsAsync<RequestRefusedException>(() => Uploader(other).SendAsync(network, one => new MemoryStream(files[one.Name]), progress: null, Token));
        }));
        Assert.Equal("no-network", refused.Kind);
        Assert.Equal(before, await OpenAsync());
    }

    [Fact]
    public async Task WhoseUploadIsRemovedTwiceIsToldSo()
    {
        var (network, files) = Network(31);
        using var client = Client(host.Address);
        var uploader = Uploader(client);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => uploader.SendAsync(
            network, file => new MemoryStream(files[file.Name]), new Told(one => Wait(one is { File: "weights/model.bin", Bytes: 0 }, RemoveAsync)), Token));
        Assert.Equal("unknown-upload", refused.Kind);
    }

    /// <summary>A part was removed and the upload not yet, as while another's is being removed.</summary>
    [Fact]
    public async Task WhoseUploadHasLostAPartBeginsAnewOnce()
    {
        var (network, files) = Network(37);
        var before = await OpenAsync();
        using var client = Client(host.Address);
        var sent = await SendMeanwhileAsync(client, network, files, one => one is { File: "weights/model.bin", Bytes: 37 }, async () =>
            await host.Store.DeleteAsync(ResultLayout.UploadPart(Assert.Single(_notes.Values), "weights/model.bin", 0), Token));
        Assert.Equal(new("mynet", 2 * 39, 0), sent);
        Assert.Equal(before, await OpenAsync());
    }

    [Fact]
    public async Task WhatIsRefusedIsToldAndLeavesNothing()
    {
        var (network, files) = Network(19, config: "labels.txt");
        var before = await OpenAsync();
        using var client = Client(host.Address);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => Uploader(client).SendAsync(network, file => new MemoryStream(files[file.Name]), progress: null, Token));
        Assert.Equal(("no-network", "mynet: there is no config.json."), (refused.Kind, refused.Message));
        Assert.Empty(_notes);
        Assert.Equal(before, await OpenAsync());
    }

    [Fact]
    public async Task AFileThatBecameShorterIsNotSentAsIfItWereWhole()
    {
        var (network, _) = Network(23);
        using var client = Client(host.Address);
        var failed = await Assert.ThrowsAsync<EndOfStreamException>(() => Uploader(client).SendAsync(network, _ => new MemoryStream([1]), progress: null, Token));
        Assert.Contains("Do not write to weights", failed.Message, StringComparison.Ordinal);
    }

    /// <summary>Sends it; at one moment something happens meanwhile.</summary>
    private Task<UploadedNetwork> SendMeanwhileAsync(
        HttpNetworkClient client, OfferedNetwork network, Dictionary<string, byte[]> files, Func<UploadProgress, bool> moment, Func<Task> happening)
    {
        var happens = true;
        return Uploader(client).SendAsync(network, file => new MemoryStream(files[file.Name]), new Told(one =>
        {
            if (happens && moment(one))
            {
                happens = false;
                Wait(now: true, happening);
            }
        }), Token);
    }

    private Task RemoveAsync() => new NetworkUploads(host.Store, TimeProvider.System).RemoveAsync(Assert.Single(_notes.Values), Token);

    // The sender is told of progress synchronously: what happens now happens between two of its requests.
    private static void Wait(bool now, Func<Task> happening)
    {
        if (now)
        {
#pragma warning disable VSTHRD002 // Who is told waits for nobody else, and nobody waits for this thread.
            Task.Run(happening, Token).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
    }

    // Other tests of this class may leave some.
    private Task<IReadOnlyList<string>> OpenAsync() => new NetworkUploads(host.Store, TimeProvider.System).ListAsync(Token);

    private static void Cancel(bool now, CancellationTokenSource leaving)
    {
        if (now)
        {
            leaving.Cancel();
        }
    }

    private static void LoseAnswer(bool now, LoopbackProxy proxy)
    {
        if (now)
        {
            proxy.LoseNextAnswer();
        }
    }

    private static (OfferedNetwork Network, Dictionary<string, byte[]> Files) Network(int bytes, string config = "config.json")
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [config] = "{}"u8.ToArray(), ["weights/model.bin"] = RandomNumberGenerator.GetBytes(bytes) };
        NetworkFile[] described = [.. files.Select(file => new NetworkFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))];
        return (new("mynet", described[1].Sha256, CheckpointKey: null, described), files);
    }

    private HttpNetworkClient Client(Uri address)
        => new(new(ClusterWithApi.Http(address), host.KeyOf[AccessRole.Submit]), TimeProvider.System);

    private NetworkUploader Uploader(HttpNetworkClient client) => new(client, new Notes(_notes));

    private sealed class Notes(Dictionary<string, string> notes) : IUploadNotes
    {
        public string? Find(string fingerprint) => notes.GetValueOrDefault(fingerprint);

        public void Put(string fingerprint, string upload) => notes[fingerprint] = upload;

        public void Remove(string fingerprint) => notes.Remove(fingerprint);
    }

    private sealed class Told(Action<UploadProgress> told) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => told(value);
    }
}
