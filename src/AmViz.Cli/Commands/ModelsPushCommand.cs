using AmViz.Cli.Options;
using AmViz.Cluster.Silo;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models push</c>: put a network into a store, from where the silos of a cluster fetch it.</summary>
internal sealed class ModelsPushCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly StoreOptions _store;
    private readonly Option<string?> _digest = new("--weights-digest")
    {
        Description = "SHA-256 that the weights must have, or its beginning; others are not pushed.",
        HelpName = "HEX",
    };

    public ModelsPushCommand(CommandContext context)
        : base(
            "push",
            "Put a network into a store, from where the silos of a cluster fetch it by its digest. Push again, and what is there is checked and mended.",
            "amviz models push --weights DIR --store azure:results",
            "amviz models push --model mobilenet_v1 --store folder:out --json")
    {
        _context = context;
        _network = new(context.Settings);
        _store = new(context.Settings);
        _network.AddLocalTo(this);
        Add(_digest);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result);
        var wanted = _network.Select(result);
        var source = NetworkCatalogue.Open(wanted.Model, wanted.Weights, wanted.CheckpointKey);
        var digest = source.Description.WeightsDigest;
        if (result.GetValue(_digest) is { } expected && !digest.StartsWith(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"The weights of '{source.Description.Name}' have SHA-256 {digest}; --weights-digest expects {expected}. Nothing was pushed.");
        }

        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        var pushed = await NetworkPublisher.PushAsync(source, store, cancellationToken);
        var report = new NetworkPush(pushed?.Network.Model ?? source.Description.Name, digest, store.Name, pushed?.Network.Files ?? [], pushed?.Written ?? 0, pushed?.Kept ?? 0, pushed?.Mended ?? 0);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(report, isBuiltIn: pushed is null);
        }

        return ExitCode.Done;
    }

    private void WriteText(NetworkPush report, bool isBuiltIn)
    {
        var output = _context.Screen.Output;
        output.WriteLine(isBuiltIn
            ? $"{report.Model}: inside every amviz, so there is nothing to push"
            : $"{report.Model}: {report.Written} files written, {report.Kept} already there, {report.Mended} mended");
        output.WriteLine($"  sha256   {report.WeightsDigest}");
        if (!isBuiltIn)
        {
            output.WriteLine($"  store    {report.Store}/{ResultLayout.Network(report.WeightsDigest)}");
        }
    }
}

/// <summary>What <c>amviz models push --json</c> prints.</summary>
/// <param name="Model">How the network is called there: as by whoever pushed it first.</param>
/// <param name="WeightsDigest">SHA-256 of its weights: its name in the store.</param>
/// <param name="Store">Where it is now.</param>
/// <param name="Files">What it is made of; none for a network inside this program.</param>
/// <param name="Written">Files that were not there.</param>
/// <param name="Kept">Files that were there and are right.</param>
/// <param name="Mended">Files that were there and were damaged.</param>
internal sealed record NetworkPush(
    string Model, string WeightsDigest, string Store, IReadOnlyList<StoredNetworkFile> Files, int Written, int Kept, int Mended);
