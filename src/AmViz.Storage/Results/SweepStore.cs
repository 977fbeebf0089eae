using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Keeps the plans of sweeps: <c>sweep.json</c>, written once.</summary>
/// <param name="blobs">Where.</param>
public sealed class SweepStore(IBlobStore blobs)
{
    /// <summary>Version of <c>sweep.json</c>. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Writes down a plan, unless an equal one is there already. The failure budget may differ: it changes no picture.</summary>
    /// <returns>Whether the sweep is new to the store.</returns>
    /// <exception cref="CorruptBlobException">The plan that is there is another one.</exception>
    public async Task<bool> CreateAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        var file = new SweepFile(CurrentFormatVersion, plan);
        var path = ResultLayout.Plan(plan.Id);
        if (await blobs.CreateAsync(path, JsonSerializer.SerializeToUtf8Bytes(file, SweepJson.Indented), cancellationToken))
        {
            return true;
        }

        var stored = await ReadPlanAsync(plan.Id, cancellationToken);
        return stored is null || Identity(stored) == Identity(plan)
            ? false
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} holds another plan under the same id. It was changed after it was written; use another store, or move the folder '{ResultLayout.Sweep(plan.Id)}' away (no picture is lost by that).");
    }

    /// <summary>The plan of a sweep.</summary>
    /// <returns>Null if the store has no such sweep.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<SweepPlan?> ReadPlanAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Plan(sweep);
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var file = StoredJson.Read<SweepFile>(blobs.Name, path, blob.Content.Span, CurrentFormatVersion, read => read.FormatVersion);
        return file.Plan.Id == sweep
            ? file.Plan
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} holds the plan of sweep '{file.Plan.Id}'. Move the file to where it belongs.");
    }

    /// <summary>Every sweep of the store, in ordinal order.</summary>
    public async IAsyncEnumerable<SweepId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var folder in blobs.ListFoldersAsync(ResultLayout.Sweeps, cancellationToken))
        {
            if (SweepId.TryParse(folder, out var sweep))
            {
                yield return sweep;
            }
        }
    }

    private static string Identity(SweepPlan plan)
        => JsonSerializer.Serialize(plan with { FailureBudget = null }, SweepJson.Compact);

    private sealed record SweepFile(int FormatVersion, SweepPlan Plan);
}
