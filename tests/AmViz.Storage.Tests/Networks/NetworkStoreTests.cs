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
}
