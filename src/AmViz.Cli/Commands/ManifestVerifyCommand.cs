using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cluster.Silo;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz manifest verify</c>: is every picture what its row says, and does every row have its picture?</summary>
internal sealed class ManifestVerifyCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store = new();
    private readonly SweepArgument _sweep = new();

    public ManifestVerifyCommand(CommandContext context)
        : base("verify", "Hold every row against its picture (SHA-256): holes, damage, orphans.", "amviz manifest verify --out out", "amviz manifest verify 0123456789abcdef --out out --json")
    {
        _context = context;
        Add(_sweep.Argument);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        await store.CheckAsync(StoreAccess.Read, cancellationToken);
        var sweep = _sweep.Find(result) is null ? default(AmViz.Sweeps.SweepId?) : await _sweep.FindOneAsync(result, store, cancellationToken);
        var report = await new ManifestVerifier(store, PngRecords.Read).VerifyAsync(sweep, progress: null, cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(report);
        }

        return report.Passed ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private void WriteText(VerificationReport report)
    {
        var output = _context.Screen.Output;
        if (report.Sweeps.Count == 0)
        {
            output.WriteLine("The store has no sweep; there is nothing to verify.");
        }

        foreach (var sweep in report.Sweeps)
        {
            output.WriteLine($"sweep {sweep.SweepId}: {sweep.Planned} planned, {sweep.Rows} rows, {sweep.Pictures} pictures as they should be ({sweep.Bytes} bytes), {sweep.Findings.Count} findings");
            foreach (var finding in sweep.Findings)
            {
                output.WriteLine($"  {finding.Subject}: {finding.Message}");
            }
        }

        output.WriteLine(report.Passed ? "passed" : "FAILED");
    }
}
