using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Storage;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class UploadTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int PartBytes = 1 << 20;

    private static readonly byte[] Weights = RandomNumberGenerator.GetBytes((3 * PartBytes) + 5);

    private static readonly byte[] Config = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PartsThatComeTwiceAndInAnyOrderBecomeOneNetworkAndLeaveNothing()
    {
        using var client = host.Client(AccessRole.Submit);
        var upload = await BeginAsync(client);
        foreach (var offset in new[] { 2 * PartBytes, 0, 3 * PartBytes, 0 })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(client, upload, "weights/model.bin", offset)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(client, upload, "config.json", 0, Config)).StatusCode);
        var files = await ApiHost.ReadAsync(await client.GetAsync(upload, Token));
        Assert.Equal((PartBytes, "weights/model.bin"), (files[1].GetProperty("whole").GetInt32(), files[1].GetProperty("name").GetString()));
        using var early = await CompleteAsync(client, upload);
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Contains("1048576 bytes came without a gap", (await ApiHost.ReadAsync(early)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        await PutAsync(client, upload, "weights/model.bin", PartBytes);
        using var done = await CompleteAsync(client, upload);
        Assert.Equal(Digest(Weights), (await ApiHost.ReadAsync(done)).GetProperty("weightsDigest").GetString());
        Assert.DoesNotContain(await host.PathsAsync(), path => path.Contains(upload.Split('/')[^1], StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await CompleteAsync(client, upload)).StatusCode);
    }

    [Fact]
    public async Task WhatIsWrongWithAPartIsTold()
    {
        using var client = host.Client(AccessRole.Submit);
        var upload = await BeginAsync(client);
        await PutAsync(client, upload, "config.json", 0, Config);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(client, upload, "config.json", 0, "{ }"u8.ToArray())).StatusCode);
        using var broken = await client.PutAsync($"{upload}/files/config.json?offset=0&sha256={Digest(Weights)}", new ByteArrayContent(Config), Token);
        Assert.Equal("urn:amviz:problem:other-digest", (await ApiHost.ReadAsync(broken)).GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PutAsync($"{upload}/files/config.json", new ByteArrayContent(Config), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(client, upload, "config.json", 2, [])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(client, upload, "..%2F..%2Fetc%2Fpasswd", 0, Config)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(client, upload, $"{new string('d', 200)}/{new string('f', 200)}", 0, Config)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(client, upload, "large", 0, new byte[(8 << 20) + 1])).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(client, upload, "far", 21 << 20, Config)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(client, "/api/v1/uploads/20260101T000000-0123456789abcdef", "config.json", 0, Config)).StatusCode);
        for (var part = 0; part < 2; part++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(client, upload, "many", part * (8 << 20), new byte[8 << 20])).StatusCode);
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(client, upload, "more", 0, new byte[8 << 20])).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(upload, Token)).StatusCode);
    }

    [Fact]
    public async Task FilesThatAreNoNetworkAreRefusedWithoutThePathsOfTheCoordinator()
    {
        using var client = host.Client(AccessRole.Submit);
        var upload = await BeginAsync(client);
        await PutAsync(client, upload, "labels.txt", 0, Config);
        using var answer = await CompleteAsync(client, upload, ("labels.txt", Config));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("sent: there is no config.json.", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString());
        using var wrong = await client.PostAsync($"{upload}/complete", ApiHost.Json($$"""{"model": "sent", "files": [{"name": "labels.txt", "bytes": 2, "sha256": "{{Digest(Weights)}}"}]}"""), Token);
        Assert.Equal("urn:amviz:problem:other-digest", (await ApiHost.ReadAsync(wrong)).GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsync($"{upload}/complete", ApiHost.Json("""{"model": "../x", "files": []}"""), Token)).StatusCode);
        using var folder = await CompleteAsync(client, upload, ("labels.txt", Config), ("Labels.txt/x", Config));
        Assert.Contains("'labels.txt' is there twice, or is the folder of another", (await ApiHost.ReadAsync(folder)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await client.DeleteAsync(upload, Token);
    }

    [Fact]
    public async Task OnlyAnAdminUploadsAProgram()
    {
        using var client = host.Client(AccessRole.Submit);
        using var admin = host.Client(AccessRole.Admin);
        var upload = await BeginAsync(client);
        (string, byte[])[] files = [("config.json", Config), ("net.pt", Config), ("weights/model.bin", Config)];
        foreach (var (name, content) in files)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(client, upload, name, 0, content)).StatusCode);
        }

        using var refused = await CompleteAsync(client, upload, files);
        Assert.Equal("urn:amviz:problem:no-network", (await ApiHost.ReadAsync(refused)).GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.OK, (await CompleteAsync(admin, upload, files)).StatusCode);
    }

    [Fact]
    public async Task APartThatIsThereIsNotCountedTwice()
    {
        using var client = host.Client(AccessRole.Submit);
        var upload = await BeginAsync(client);
        // The host takes 20 MiB.
        byte[] half = new byte[8 << 20];
        foreach (var offset in new[] { 0, 8 << 20, 8 << 20 })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(client, upload, "weights/model.bin", offset, half)).StatusCode);
        }

        await client.DeleteAsync(upload, Token);
    }

    [Fact]
    public async Task ManyPartsAtOnceWaitForEachOtherAndAllCome()
    {
        using var client = host.Client(AccessRole.Submit);
        var upload = await BeginAsync(client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4 * Uploads.PartsAtOnce).Select(part => PutAsync(client, upload, $"part-{part}", 0, Config)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        await client.DeleteAsync(upload, Token);
    }

    [Fact]
    public async Task AnUploadThatWasBegunADayAgoIsRemovedAndAYoungerOneStays()
    {
        var (time, store) = (new FakeTimeProvider(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero)), new MemoryBlobStore());
        var uploads = new NetworkUploads(store, time);
        var old = await uploads.BeginAsync(Token);
        await uploads.AddAsync(old, "a/b", 0, Config, Token);
        time.Advance(Uploads.Longest);
        var young = await uploads.BeginAsync(Token);
        Assert.Equal(0, await uploads.RemoveAbandonedAsync(Uploads.Longest, Token));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await uploads.RemoveAbandonedAsync(Uploads.Longest, Token));
        Assert.Equal([young], await uploads.ListAsync(Token));
        Assert.True(await uploads.IsOpenAsync(young, Token));
        Assert.False(await uploads.IsOpenAsync(old, Token));
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<string> BeginAsync(HttpClient client) => $"{(await client.PostAsync("/api/v1/uploads", content: null, Token)).Headers.Location}";

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string upload, string name, int offset)
        => PutAsync(client, upload, name, offset, Weights[offset..Math.Min(Weights.Length, offset + PartBytes)]);

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string upload, string name, int offset, byte[] part)
        => client.PutAsync($"{upload}/files/{name}?offset={offset}&sha256={Digest(part)}", new ByteArrayContent(part), Token);

    private static Task<HttpResponseMessage> CompleteAsync(HttpClient client, string upload, params (string Name, byte[] Content)[] files)
    {
        var all = files.Length > 0 ? files : [("config.json", Config), ("weights/model.bin", Weights)];
        var body = JsonSerializer.Serialize(new { model = "sent", files = all.Select(file => new { name = file.Name, bytes = file.Content.Length, sha256 = Digest(file.Content) }) });
        return client.PostAsync($"{upload}/complete", ApiHost.Json(body), Token);
    }
}
