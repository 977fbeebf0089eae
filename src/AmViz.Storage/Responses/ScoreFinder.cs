using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Finds the scores of pictures.</summary>
public sealed class ScoreFinder
{
    private readonly IBlobStore _blobs;
    private readonly IReadOnlyList<BlobPath> _tables;

    private ScoreFinder(IBlobStore blobs, IReadOnlyList<BlobPath> tables) => (_blobs, _tables) = (blobs, tables);

    /// <summary>Knows the tables of a store.</summary>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public static async Task<ScoreFinder> ReadAsync(IBlobStore blobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        return new(blobs, await blobs.ListAsync(ResultLayout.ScoreTables, cancellationToken).Select(item => item.Path).Order().ToListAsync(cancellationToken));
    }

    /// <summary>Tables of pictures of a layer that were held against a pass, in the order of their names.</summary>
    public IReadOnlyList<BlobPath> TablesOf(string pass, string layer)
    {
        var beginning = ResultLayout.ScoresOf(pass, layer);
        return [.. _tables.Where(table => table.Value.StartsWith(beginning, StringComparison.Ordinal))];
    }

    /// <summary>Reads such tables.</summary>
    /// <returns>By the SHA-256 of the picture: of several rows the one that tells most.</returns>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, ScoreRow>> ReadAsync(IEnumerable<BlobPath> tables, CancellationToken cancellationToken)
    {
        var (store, found) = (new ScoreStore(_blobs), new Dictionary<string, ScoreRow>(StringComparer.Ordinal));
        foreach (var table in tables)
        {
            foreach (var row in await store.ReadAsync(table, cancellationToken) ?? [])
            {
                if (!found.TryGetValue(row.Sha256, out var other) || Told(row) > Told(other))
                {
                    found[row.Sha256] = row;
                }
            }
        }

        return found;
    }

    private static int Told(ScoreRow row) => (row.Opinion is null ? 0 : 1) + (row.Randomization is null ? 0 : 1);
}
