using System.Globalization;
using AmViz.Cli.Options;
using AmViz.Cluster.Silo;
using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Running;

/// <summary>Reports a run once its pictures are drawn.</summary>
/// <param name="plan">What was to be drawn.</param>
/// <param name="store">Where the pictures are.</param>
/// <param name="outcome">How it ended.</param>
/// <param name="atlas">Path of the page to open; null if there is none.</param>
internal sealed class RunReport(SweepPlan plan, ChosenStore store, SweepOutcome outcome, string? atlas)
{
    // Enough to see what goes wrong; the manifest has them all.
    private const int MostNamedFailures = 10;

    /// <summary>What <c>--json</c> prints.</summary>
    public RunDocument Document
    {
        get
        {
            var counts = outcome.Status.Counts;
            return new(plan.Id, counts.Planned, counts.Rendered, counts.Skipped, counts.Failed, outcome.WasStopped ? null : ManifestPath, atlas, Math.Round(outcome.Seconds, 3));
        }
    }

    /// <summary>See <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode => outcome switch
    {
        { WasStopped: true } => CommandLine.ExitCode.Cancelled,
        { Status.Counts.Failed: > 0 } or { Status.Counts.Open: > 0 } => CommandLine.ExitCode.FinishedWithFailures,
        _ => CommandLine.ExitCode.Done,
    };

    private string ManifestPath => store.Locate(ResultLayout.ManifestHeader(plan.Id));

    /// <summary>Writes it for people.</summary>
    public async Task WriteTextAsync(TextWriter writer, CancellationToken cancellationToken)
    {
        var counts = outcome.Status.Counts;
        if (outcome.WasStopped)
        {
            writer.WriteLine($"stopped  {counts.Ended} of {counts.Planned} {(plan.Work is null ? "pictures" : "tasks")} are done and kept. Run the same command again to go on.");
            return;
        }

        await WriteLayersAsync(writer, cancellationToken);
        if (outcome.Status.LastError is { } error && ExitCode != CommandLine.ExitCode.Done)
        {
            writer.WriteLine($"error    {error}");
        }

        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"done     {counts.Rendered} {(plan.Work is null ? "rendered" : "computed")}, {counts.Skipped} skipped, {counts.Failed} failed   {outcome.Seconds:0.0} s   manifest {Near(ManifestPath)}"));
        if (plan.Work is { } work)
        {
            WriteTables(writer, work);
            return;
        }

        writer.WriteLine(atlas is not null ? $"open     {Near(atlas)}" : $"atlas    amviz atlas build {plan.Id} {store.Arguments} --out DIR");
    }

    /// <summary>Where what was computed lies, and how it is read.</summary>
    private void WriteTables(TextWriter writer, IComputedWork work)
    {
        string Place(string layer) => Near(store.Locate(ResultLayout.Computed(work, layer, 0)));
        if (work is not ScoreWork scores)
        {
            writer.WriteLine($"tables   {Place(PassWork.Tables)}");
            return;
        }

        foreach (var table in scores.Tables)
        {
            writer.WriteLine($"table    {Place(ScoreWork.TaskLayer(table.Layer))}");
        }

        writer.WriteLine($"report   amviz score {scores.Sweep} --model {plan.Layers[0].Model}{(scores.Judge is { } judge ? $" --judge {judge.Model}" : "")} {store.Arguments}");
    }

    private async Task WriteLayersAsync(TextWriter writer, CancellationToken cancellationToken)
    {
        var rows = await new ManifestReader(store.Blobs).ReadRowsAsync(plan.Id, cancellationToken).ToListAsync(cancellationToken);
        var width = plan.Layers.Max(layer => layer.Layer.Length);
        foreach (var layer in rows.GroupBy(row => (row.Model, row.Layer)))
        {
            var drawn = layer.Where(row => row.Outcome == ChannelOutcome.Rendered).ToArray();
            var objective = drawn.Length == 0 || plan.Work is not null ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $"  mean objective {drawn.Average(row => row.InitialObjective):0.00} -> {drawn.Average(row => row.FinalObjective):0.00}");
            writer.WriteLine($"{layer.Key.Layer.PadRight(width)}  {drawn.Length}/{layer.Count()}{objective}");
        }

        WriteFailures(writer, [.. rows.Where(row => row.Outcome != ChannelOutcome.Rendered)]);
    }

    /// <summary>One line a reason, with the channels it ended.</summary>
    private void WriteFailures(TextWriter writer, ManifestEntry[] failures)
    {
        foreach (var reason in failures.GroupBy(row => row.Error, StringComparer.Ordinal))
        {
            var names = reason.Take(MostNamedFailures).Select(row => $"{row.Layer}/{row.Channel}-s{row.Seed}");
            var rest = reason.Count() > MostNamedFailures ? $" and {reason.Count() - MostNamedFailures} more" : "";
            writer.WriteLine($"failed   {string.Join(", ", names)}{rest}: {reason.Key}");
        }

        if (failures.Length > MostNamedFailures)
        {
            writer.WriteLine($"         all of them: amviz manifest show {plan.Id} --rows {store.Arguments}");
        }
    }

    /// <summary>Short where it lies below the working folder.</summary>
    private static string Near(string path)
        => !Path.IsPathRooted(path) ? path : Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
}

/// <summary>What <c>amviz run --json</c> prints.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Planned">Pictures of the plan.</param>
/// <param name="Rendered">Drawn by this run.</param>
/// <param name="Skipped">In the store before.</param>
/// <param name="Failed">Ended without a picture.</param>
/// <param name="Manifest">Path or address of <c>manifest.json</c>; null if the run was stopped.</param>
/// <param name="Atlas">Path of the page to open; null if the run was stopped or there is no folder for it.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record RunDocument(
    SweepId SweepId, int Planned, int Rendered, int Skipped, int Failed, string? Manifest, string? Atlas, double Seconds);
