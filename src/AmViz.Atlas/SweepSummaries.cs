using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Atlas.Views;

namespace AmViz.Atlas;

/// <summary>The summaries of all sweeps that share an atlas folder.</summary>
internal sealed class SweepSummaries(AtlasFolder folder)
{
    public Task WriteAsync(SweepSummary summary, CancellationToken cancellationToken)
        => folder.WriteAsync(AtlasPaths.Summary(summary.Sweep), JsonSerializer.Serialize(summary, SweepJson.Indented), cancellationToken);

    /// <summary>All of them, by network and then by id. A folder whose summary cannot be read is no sweep of ours.</summary>
    public async Task<IReadOnlyList<SweepSummary>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var summaries = new List<SweepSummary>();
        foreach (var name in folder.Folders())
        {
            if (SweepId.TryParse(name, out var sweep) && folder.Has(AtlasPaths.Summary(sweep))
                && Parse(await folder.ReadAsync(AtlasPaths.Summary(sweep), cancellationToken)) is { } summary)
            {
                summaries.Add(summary);
            }
        }

        return [.. summaries
            .OrderBy(summary => string.Join(',', summary.Models), StringComparer.Ordinal)
            .ThenBy(summary => summary.Sweep.Value, StringComparer.Ordinal)];
    }

    private static SweepSummary? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepSummary>(json, SweepJson.Indented) is { FormatVersion: SweepSummary.CurrentFormatVersion } summary
                ? summary
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
