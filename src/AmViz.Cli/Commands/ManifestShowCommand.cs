using System.Globalization;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Models;
using AmViz.Storage;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz manifest show</c>: what a sweep drew.</summary>
internal sealed class ManifestShowCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();
    private readonly Option<bool> _rows = new("--rows") { Description = "Every picture too, not only the counts of its layer." };

    public ManifestShowCommand(CommandContext context)
        : base("show", "Show what a sweep drew.", "amviz manifest show --out out", "amviz manifest show 0123456789abcdef --out out --rows --json")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(_rows);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        await store.CheckAsync(StoreAccess.Read, cancellationToken);
        var sweep = await _sweep.FindOneAsync(result, store, cancellationToken);
        var reader = new ManifestReader(store);
        var header = await reader.ReadHeaderAsync(sweep, cancellationToken)
            ?? throw new UsageException($"Sweep '{sweep}' of {store.Name} has no manifest yet. Run it again: its manifest is written at the end.");
        var rows = result.GetValue(_rows) ? await reader.ReadRowsAsync(sweep, cancellationToken).ToListAsync(cancellationToken) : null;

        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new ShownManifest(header, rows));
        }
        else
        {
            WriteText(header, rows);
        }

        return ExitCode.Done;
    }

    private void WriteText(ManifestHeader header, List<ManifestEntry>? rows)
    {
        var output = _context.Screen.Output;
        output.WriteLine($"sweep {header.SweepId}  recipe {header.Recipe.Name} ({header.RecipeHash})  {header.Recipe.Steps} steps  seeds {string.Join(",", header.Seeds)}");
        output.WriteLine();
        var table = Tables.Plain("model", "layer", "size", "planned", "rendered", "dead", "not finite", "failed", "missing");
        foreach (var layer in header.Layers)
        {
            table.AddTextRow([layer.Model, layer.Layer, $"{layer.Size} px", .. Counts(layer.Counts)]);
        }

        table.AddTextRow(["", "", "", .. Counts(header.Total)]);
        _context.Screen.Results.Write(table);
        if (rows is not null)
        {
            output.WriteLine();
            _context.Screen.Results.Write(RowsTable(rows));
        }
    }

    private static Table RowsTable(List<ManifestEntry> rows)
    {
        var table = Tables.Plain("layer", "channel", "seed", "label", "outcome", "objective", "picture");
        foreach (var row in rows)
        {
            table.AddTextRow(
                row.Layer, $"{row.Channel}", $"{row.Seed}", row.Label ?? "", $"{row.Outcome}".ToLowerInvariant(),
                string.Create(CultureInfo.InvariantCulture, $"{row.InitialObjective:0.00} -> {row.FinalObjective:0.00}"), row.Picture ?? row.Error ?? "");
        }

        return table;
    }

    private static IEnumerable<string> Counts(OutcomeCounts counts)
        => new[] { counts.Planned, counts.Rendered, counts.Dead, counts.NotFinite, counts.Failed, counts.Missing }.Select(count => $"{count}");
}

/// <summary>What <c>amviz manifest show --json</c> prints.</summary>
/// <param name="Manifest">The manifest's header.</param>
/// <param name="Rows">Every picture; null unless asked for.</param>
internal sealed record ShownManifest(ManifestHeader Manifest, IReadOnlyList<ManifestEntry>? Rows);
