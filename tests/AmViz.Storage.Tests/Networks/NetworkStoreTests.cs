using System.Security.Cryptography;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class NetworkStoreTests
{
    private const int Stretch = 1 << 23;

    [Theory]
    [InlineData(0)]
    [InlineData(Stretch)]
    [InlineData(Stretch + 1)]
    public async Task AFileOfAnyLengthIsCopiedWhole(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        var network = new StoredNetwork { Model = "mynet", WeightsDigest = digest, Weights = "w", Files = [new("w", length, digest)] };
        var store = new MemoryBlobStore();
        store.Plant(ResultLayout.NetworkFile(digest, "w"), content);

        using var target = new MemoryStream();
        await new NetworkStore(store).CopyAsync(network, network.Files[0], target, TestContext.Current.CancellationToken);

        Assert.True(content.AsSpan().SequenceEqual(target.GetBuffer().AsSpan(0, (int)target.Length)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1 << 23)]
    [InlineData((1 << 23) + 5)]
    public async Task AFileOfAnyLengthIsWrittenOnceKeptAfterThatAndMendedIfItIsDamaged(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        var network = new StoredNetwork { Model = "mynet", WeightsDigest = digest, Weights = "w", Files = [new("w", length, digest)] };
        var store = new MemoryBlobStore();

        Assert.Equal((1, 0, 0), await PushAsync());
        Assert.Equal((0, 1, 0), await PushAsync());
        store.Plant(ResultLayout.NetworkFile(digest, "w"), new byte[length + 1]);
        Assert.Equal((0, 0, 1), await PushAsync());
        Assert.Equal((0, 1, 0), await PushAsync());

        async Task<(int Written, int Kept, int Mended)> PushAsync()
        {
            var pushed = await new NetworkStore(store).PushAsync(network, (_, _) => Task.FromResult<ReadOnlyMemory<byte>>(content), TestContext.Current.CancellationToken);
            return (pushed.Written, pushed.Kept, pushed.Mended);
        }
    }
}
