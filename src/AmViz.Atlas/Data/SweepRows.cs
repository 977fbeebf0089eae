using System.Text.Json;
using AmViz.Atlas.Output;

namespace AmViz.Atlas.Data;

/// <summary>The rows of all sweeps that share an atlas folder: each lies by itself, so that the build of one sweep knows of the others.</summary>
/// <param name="folder">Of the atlas.</param>
internal sealed class SweepRows(AtlasFolder folder)
{
    /// <summary>Keeps the row of a sweep.</summary>
    public Task WriteAsync(SweepRow row, CancellationToken cancellationToken)
        => folder.WriteAsync(DataPaths.SweepFile(row.Sweep), JsonSerializer.Serialize(new KeptRow(AtlasDoc.CurrentFormatVersion, row), DataJson.Options) + "\n", cancellationToken);

    /// <summary>All of them, by their networks and then by id. A folder whose row cannot be read is no sweep of ours.</summary>
    public async Task<IReadOnlyList<SweepRow>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var rows = new List<SweepRow>();
        foreach (var name in folder.Folders("data").Where(name => SweepId.TryParse(name, out _) && folder.Has(DataPaths.SweepFile(name))))
        {
            if (Parse(await folder.ReadAsync(DataPaths.SweepFile(name), cancellationToken)) is { } row && row.Sweep == name)
            {
                rows.Add(row);
            }
        }

        return [.. rows.OrderBy(row => string.Join(',', row.Networks.Select(network => network.Model)), StringComparer.Ordinal).ThenBy(row => row.Sweep, StringComparer.Ordinal)];
    }

    private static SweepRow? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptRow>(json, DataJson.Options) is { FormatVersion: AtlasDoc.CurrentFormatVersion } kept ? kept.Sweep : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What lies in the file.</summary>
    /// <param name="FormatVersion">See <see cref="AtlasDoc.CurrentFormatVersion"/>.</param>
    /// <param name="Sweep">The row.</param>
    private sealed record KeptRow(int FormatVersion, SweepRow Sweep);
}
