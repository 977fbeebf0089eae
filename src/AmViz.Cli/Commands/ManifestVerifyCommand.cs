using AmViz.Cli.Options;
using AmViz.Cluster.Silo;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz manifest verify</c>: is every picture what its row says, and does every row have its picture?</summary>
internal sealed class ManifestVerifyCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();
    private readonly Option<bool> _repair = new("--repair")
    {
        Description = "Mend what can be mended: rows from the pictures' own records, no row without its picture, damaged pictures away; then fold the manifest anew.",
    };

    public ManifestVerifyCommand(CommandContext context)
        : base("verify", "Hold every row against its picture (SHA-256): holes, damage, orphans.", "amviz manifest verify --out out", "amviz manifest verify 0123456789abcdef --out out --json",
            "amviz manifest verify --repair --store azure:results")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(_repair);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        var repairs = result.GetValue(_repair);
        await store.CheckAsync(repairs ? StoreAccess.Write : StoreAccess.Read, cancellationToken);
        var sweep = _sweep.Find(result) is null ? default(AmViz.Sweeps.SweepId?) : await _sweep.FindOneAsync(result, store, cancellationToken);
        return repairs
            ? Report(result, await new ManifestRepairer(store, PngRecords.Read, _context.Time).RepairAsync(sweep, cancellationToken))
            : Report(result, await new ManifestVerifier(store, PngRecords.Read).VerifyAsync(sweep, progress: null, cancellationToken));
    }

    private int Report(ParseResult result, VerificationReport report)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(report.Sweeps, report.Passed);
        }

        return report.Passed ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private int Report(ParseResult result, RepairReport report)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
            return report.Passed ? ExitCode.Done : ExitCode.FinishedWithFailures;
        }

        foreach (var repair in report.Repairs)
        {
            _context.Screen.Output.WriteLine(repair.Changed
                ? $"repaired {repair.SweepId}: {repair.RowsRebuilt} rows rebuilt, {repair.RowsDropped} rows dropped, {repair.PicturesRemoved} damaged files removed, {repair.PartsRemoved} unreadable parts removed, manifest {(repair.Folded ? "made anew" : "as it was")}"
                : $"repaired {repair.SweepId}: nothing to mend");
        }

        WriteText(report.Sweeps, report.Passed);
        return report.Passed ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private void WriteText(IReadOnlyList<VerifiedSweep> sweeps, bool passed)
    {
        var output = _context.Screen.Output;
        if (sweeps.Count == 0)
        {
            output.WriteLine("The store has no sweep; there is nothing to verify.");
        }

        foreach (var sweep in sweeps)
        {
            output.WriteLine($"sweep {sweep.SweepId}: {sweep.Planned} planned, {sweep.Rows} rows, {sweep.Pictures} files as they should be ({sweep.Bytes} bytes), {sweep.Findings.Count} findings");
            foreach (var finding in sweep.Findings)
            {
                output.WriteLine($"  {finding.Subject}: {finding.Message}");
            }
        }

        output.WriteLine(passed ? "passed" : "FAILED");
    }
}
