using System.Text.Json;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.EndToEnd.Tests;

/// <summary>The store that a run left behind.</summary>
internal sealed class StoreFolder(string root)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Results => Path.Combine(root, "results");

    /// <summary>Pictures that are there whole.</summary>
    public int Pictures => Directory.Exists(Results) ? Directory.EnumerateFiles(Results, "*.png", SearchOption.AllDirectories).Count() : 0;

    /// <summary>The rows of a sweep's manifest, as bytes.</summary>
    public byte[] ManifestBytes(JsonElement run)
        => File.ReadAllBytes(Path.Combine(root, ResultLayout.Manifest(Id(run)).Value));

    /// <summary>The rows of a sweep's manifest.</summary>
    public async Task<IReadOnlyList<ManifestEntry>> RowsAsync(JsonElement run)
        => await new ManifestReader(new FolderBlobStore(root)).ReadRowsAsync(Id(run), Token).ToListAsync(Token);

    /// <summary>The rows of a sweep's run log.</summary>
    public async Task<IReadOnlyList<RunLogEntry>> RunLogAsync(JsonElement run)
        => await new ManifestReader(new FolderBlobStore(root)).ReadRunLogAsync(Id(run), Token).ToListAsync(Token);

    private static SweepId Id(JsonElement run)
        => SweepId.TryParse(run.GetProperty("sweepId").GetString(), out var id) ? id : throw new InvalidDataException("no sweep id");
}
