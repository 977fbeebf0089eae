using System.Globalization;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class KillTests
{
    private const int Kills = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhateverTheMomentOfDeathEveryBlobIsWholeAndNoneThatWasAcknowledgedIsLost()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderBlobStore(folder.Path);
        var random = new Random(20260102);
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = await WriteAndDie(folder.Path, store, random);
            var listed = await ListWhole(store);
            foreach (var path in listed.Select(item => item.Path).Append(new BlobPath("counter")))
            {
                Assert.True(KilledWriter.IsWhole((await store.ReadAsync(path, Token))!.Content.Span), $"{path} is torn after kill {kill}.");
            }

            Assert.NotNull(await store.ReadAsync(KilledWriter.PathOf(acknowledged), Token));
            Assert.InRange(listed.Count, acknowledged, acknowledged + 1);
        }

        // The lock died with its holders.
        var counter = (await store.ReadAsync(new("counter"), Token))!;
        Assert.NotNull(await store.ReplaceAsync(new("counter"), KilledWriter.Content(1), counter.ETag, Token));
    }

    private static async Task<List<BlobItem>> ListWhole(FolderBlobStore store)
    {
        var listed = await store.ListAsync("blobs/", Token).ToListAsync(Token);
        Assert.All(listed, item => Assert.Equal(KilledWriter.Length, item.Length));
        return listed;
    }

    /// <summary>Lets a child write until it has acknowledged some blobs, and kills it in the midst of the next one.</summary>
    /// <returns>The last blob that it acknowledged.</returns>
    private static async Task<int> WriteAndDie(string root, FolderBlobStore store, Random random)
    {
        using var child = KilledWriter.Start(root);
        try
        {
            var last = 0;
            for (var blobs = random.Next(1, 8); blobs > 0; blobs--)
            {
                var line = child.StandardOutput.ReadLineAsync(Token).AsTask();
                while (!line.IsCompleted)
                {
                    // What is seen now is what a kill at this moment would leave.
                    await ListWhole(store);
                }

                last = int.Parse((await line)!, CultureInfo.InvariantCulture);
            }

            // Somewhere inside a write, which takes some milliseconds: a spin is finer than any timer.
            System.Threading.Thread.SpinWait(random.Next(0, 2_000_000));
            child.Kill();
            // What follows the last line break may be half a number.
            var rest = await child.StandardOutput.ReadToEndAsync(Token);
            return rest.Split('\n') is [.., var complete, _] ? int.Parse(complete, CultureInfo.InvariantCulture) : last;
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }
}
