using System.Net;
using AmViz.Imaging;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class PicturePreviewTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APreviewIsSmallAndMadeOnceAndWhatIsNoPictureIsSaidToBeDamaged()
    {
        var id = await host.DrawAsync(71);
        using var client = host.Client(AccessRole.Read);
        var rows = (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/manifest", Token))).GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("picture").GetString()!).ToArray();
        // Devices of these tests draw none that a decoder could read.
        using var damaged = await client.GetAsync($"/api/v1/sweeps/{id}/pictures/{rows[0]}?size=32", Token);
        Assert.Equal(HttpStatusCode.InternalServerError, damaged.StatusCode);
        Assert.Equal("urn:amviz:problem:damaged-store", (await ApiHost.ReadAsync(damaged)).GetProperty("type").GetString());

        var old = (await host.Store.ReadAsync(new(rows[1]), Token))!;
        var pixels = new byte[3 * 64 * 64];
        new Random(1).NextBytes(pixels);
        await host.Store.ReplaceAsync(new(rows[1]), PngCodec.Encode(new Picture(64, 64, pixels)), old.ETag, Token);
        var whole = await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/pictures/{rows[1]}", Token);
        using var preview = await client.GetAsync($"/api/v1/sweeps/{id}/pictures/{rows[1]}?size=32", Token);
        Assert.Equal("image/webp", preview.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", $"{preview.Headers.CacheControl}", StringComparison.Ordinal);
        Assert.InRange((await preview.Content.ReadAsByteArrayAsync(Token)).Length, 100, whole.Length / 4);
        var reads = host.Store.Reads;
        await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/pictures/{rows[1]}?size=32", Token);
        Assert.InRange(host.Store.Reads - reads, 0, 1);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/v1/sweeps/{id}/pictures/{rows[1]}?size=5000", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/sweeps/{id}/pictures/results/nothing?size=32", Token)).StatusCode);
    }

    [Fact]
    public async Task ManyPreviewsComeByOneRequestAndWhatIsWrongWithOneKeepsNobodyFromTheOthers()
    {
        var id = await host.DrawAsync(72);
        using var client = host.Client(AccessRole.Read);
        var rows = (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/manifest", Token))).GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("picture").GetString()!).ToArray();
        var old = (await host.Store.ReadAsync(new(rows[1]), Token))!;
        await host.Store.ReplaceAsync(new(rows[1]), PngCodec.Encode(new Picture(64, 64, new byte[3 * 64 * 64])), old.ETag, Token);
        string[] asked = [rows[0], rows[1], "results/nothing"];
        string Address(IEnumerable<string> pictures, int size) => $"/api/v1/sweeps/{id}/previews?size={size}&{string.Join('&', pictures.Select(path => $"picture={Uri.EscapeDataString(path)}"))}";

        var answered = (await ApiHost.ReadAsync(await client.GetAsync(Address(asked, 32), Token))).GetProperty("previews").EnumerateArray().ToArray();

        Assert.Equal(asked, answered.Select(one => one.GetProperty("picture").GetString()));
        Assert.Equal("urn:amviz:problem:damaged-store", answered[0].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal(await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/pictures/{rows[1]}?size=32", Token), answered[1].GetProperty("webp").GetBytesFromBase64());
        Assert.Equal(404, answered[2].GetProperty("problem").GetProperty("status").GetInt32());
        Assert.False(answered[1].TryGetProperty("problem", out var none) && none.ValueKind != System.Text.Json.JsonValueKind.Null);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Address(Enumerable.Repeat(rows[1], 32), 16), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(Address(Enumerable.Repeat(rows[1], 33), 16), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/v1/sweeps/{id}/previews?size=16", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(Address(asked, 5000), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/sweeps/0123456789abcdef/previews?picture={rows[1]}", Token)).StatusCode);
    }

    [Fact]
    public async Task PreviewsThatAreKeptAreBoundedByTheirBytes()
    {
        const int Most = 256 << 10;
        var store = new MemoryBlobStore();
        var path = new BlobPath("results/noise.png");
        var pixels = new byte[3 * 256 * 256];
        new Random(2).NextBytes(pixels);
        store.Plant(path, PngCodec.Encode(new Picture(256, 256, pixels)));
        using var previews = new PicturePreviews(store, Most);
        var made = 0L;
        for (var size = 256; size > 200; size--)
        {
            made += (await previews.OfAsync(path, size, Token))!.Value.Length;
            Assert.InRange(previews.Bytes, 0, Most);
        }

        Assert.True(made > 2 * Most, $"Only {made} bytes were made, which says nothing of a bound of {Most}.");
        var reads = store.Reads;
        for (var size = 256; size > 200; size--)
        {
            Assert.NotNull(await previews.OfAsync(path, size, Token));
        }

        Assert.True(store.Reads > reads, "All of them were kept.");
    }
}
