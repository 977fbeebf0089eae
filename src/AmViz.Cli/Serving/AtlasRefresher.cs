using System.Security.Cryptography;
using System.Text;
using AmViz.Atlas;
using AmViz.Storage;

namespace AmViz.Cli.Serving;

/// <summary>Builds an atlas again whenever what it shows has changed in the store.</summary>
/// <param name="store">Where pictures lie.</param>
/// <param name="only">The one sweep to show; null: all that draw pictures.</param>
/// <param name="folder">The atlas.</param>
internal sealed class AtlasRefresher(IBlobStore store, SweepId? only, string folder)
{
    // What pages show is in these: rows and plans, tables of photographs, scores, neighbours, and what people answered.
    private static readonly string[] Shown = [ResultLayout.Sweeps, ResultLayout.Responses, ResultLayout.ScoreTables, ResultLayout.Neighbours, ResultLayout.Quizzes];

    private readonly AtlasBuilder _builder = new(store, new AtlasOptions { StoreAddress = AtlasSite.StorePath });
    private string _seen = "";

    /// <summary>Builds what has changed since the last time.</summary>
    /// <returns>Whether anything had.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var now = await StateAsync(cancellationToken);
        if (now == _seen)
        {
            return false;
        }

        foreach (var id in only is { } one ? [one] : await new SweepStore(store).ListAsync(cancellationToken).ToListAsync(cancellationToken))
        {
            if (await AtlasSweep.ReadAsync(store, id, cancellationToken) is { Plan.Work: null } sweep)
            {
                await _builder.BuildAsync(sweep, folder, progress: null, cancellationToken);
            }
        }

        _seen = now;
        return true;
    }

    // Blobs are written once, or grow: names and lengths tell.
    private async Task<string> StateAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var prefix in Shown)
        {
            await foreach (var blob in store.ListAsync(prefix, cancellationToken))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{blob.Path} {blob.Length}\n")));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
