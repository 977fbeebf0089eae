using System.Net;
using AmViz.Cli.Serving;
using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Serving;

public sealed class AtlasSiteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlobStore _store = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThePageIsToldThatItIsLiveAndTheRestIsServedAsItIs()
    {
        await using var site = await StartAsync();
        Assert.Equal("<head><meta name=\"amviz-live\" content=\"2\">\n<title>x</title>", await _client.GetStringAsync(site.Address, Token));
        Assert.Equal("<head><meta name=\"amviz-live\" content=\"2\">\n<title>x</title>", await _client.GetStringAsync(new Uri(site.Address, "index.html"), Token));
        using var data = await _client.GetAsync(new Uri(site.Address, "data/atlas.js?v=1"), Token);
        Assert.Equal("text/javascript", data.Content.Headers.ContentType?.MediaType);
        Assert.True(data.Headers.CacheControl?.NoCache);
        Assert.Equal("nosniff", Assert.Single(data.Headers.GetValues("X-Content-Type-Options")));
        using var sheet = await _client.GetAsync(new Uri(site.Address, "sprites/0-abc.webp"), Token);
        Assert.Equal(TimeSpan.FromDays(365), sheet.Headers.CacheControl?.MaxAge);
    }

    [Fact]
    public async Task OfTheStorePicturesOfResultsAreShownAndNothingElse()
    {
        await _store.CreateAsync(new BlobPath("results/net%40a/c/1.png"), new byte[] { 1, 2, 3 }, Token);
        await _store.CreateAsync(new BlobPath("access/key.png"), new byte[] { 9 }, Token);
        await _store.CreateAsync(new BlobPath("results/net/record.json"), new byte[] { 9 }, Token);
        await using var site = await StartAsync();
        using var picture = await _client.GetAsync(new Uri(site.Address, "store/results/net%2540a/c/1.png"), Token);
        Assert.Equal("image/png", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal([1, 2, 3], await picture.Content.ReadAsByteArrayAsync(Token));
        string[] others = ["store/access/key.png", "store/results/net/record.json", "store/results/none.png", "store/results/../access/key.png", "store/results/%2e%2e/access/key.png", "..%2fsecret.txt", "%2e%2e/secret.txt"];
        foreach (var path in others)
        {
            using var answer = await _client.GetAsync($"{site.Address}{path}", Token);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private Task<AtlasSite> StartAsync()
    {
        Write("atlas/index.html", "<head><title>x</title>");
        Write("atlas/data/atlas.js", "amviz.put(\"atlas\",{});");
        Write("atlas/sprites/0-abc.webp", "sheet");
        Write("secret.txt", "secret");
        return AtlasSite.StartAsync(_folder.At("atlas"), _store, "http://127.0.0.1:0", TimeSpan.FromSeconds(2), Token);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(path))!);
        File.WriteAllText(_folder.At(path), text);
    }
}
