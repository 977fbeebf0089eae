using System.Globalization;
using AmViz.Cli.Clusters;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Http;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models push</c>: put a network into a store, from where the silos of a cluster fetch it.</summary>
internal sealed class ModelsPushCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly StoreOptions _store;
    private readonly ApiAccessOptions _access = new();
    private readonly PatienceOption _patience = new();
    private readonly Argument<string?> _name = new("model") { Description = "The network, or a name of yours for --weights; the same as --model.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "Address of a cluster's HTTP API, https://host[:port] (see 'amviz login'): send the network to it, which puts it into its store. In place of --store.",
        HelpName = "ADDRESS",
    };

    private readonly Option<bool> _again = new("--again") { Description = "With --cluster: send it even if the cluster has it, so that what is damaged there is mended. With --store that is always looked for." };

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
            "amviz models push mynet --weights DIR --cluster https://amviz.example.com",
            "amviz models push --model mobilenet_v1 --store folder:out --json")
    {
        _context = context;
        _network = new(context.Settings);
        _store = new(context.Settings);
        Add(_name);
        _network.AddLocalTo(this);
        Add(_digest);
        _store.AddTo(this);
        Add(_cluster);
        _access.AddTo(this);
        _patience.AddTo(this);
        Add(_again);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var api = Api(result);
        var store = api is null ? _store.Open(result) : null;
        var wanted = _network.Select(result, result.GetValue(_name));
        var source = NetworkCatalogue.Open(wanted.Model, wanted.Weights, wanted.CheckpointKey);
        var digest = source.Description.WeightsDigest;
        if (result.GetValue(_digest) is { } expected && !digest.StartsWith(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"The weights of '{source.Description.Name}' have SHA-256 {digest}; --weights-digest expects {expected}. Nothing was pushed.");
        }

        var report = api is null ? await PushAsync(source, store!, cancellationToken) : await SendAsync(source, api, result.GetValue(_again), cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(report);
        }

        return ExitCode.Done;
    }

    /// <summary>The API that is named; null: a store is.</summary>
    private ApiConnection? Api(ParseResult result)
    {
        var named = result.GetValue(_cluster);
        if (named is not null && _store.AreGiven(result))
        {
            throw new UsageException("Found both --cluster and a store. A cluster puts networks into its own store; give one of the two.");
        }

        // An address that always applies does not stand against a store that is named.
        if ((named ?? (_store.AreGiven(result) ? null : _context.Settings.Cluster.Address)) is not { } address)
        {
            return null;
        }

        return ApiAddress.IsMeant(address) ? _access.Connect(result, _access.Address(result, address)) with { Patience = _patience.Read(result) }
            : named is null ? null
            : throw new UsageException($"--cluster: '{named}' is not the address of an API. Expected https://host[:port]. A cluster that is named by its Redis has its networks from its store: give --store.");
    }

    private static async Task<NetworkPush> PushAsync(NetworkSource source, IBlobStore store, CancellationToken cancellationToken)
    {
        await store.CheckAsync(StoreAccess.Write, cancellationToken);
        var pushed = await NetworkPublisher.PushAsync(source, store, cancellationToken);
        return new(
            pushed?.Network.Model ?? source.Description.Name, source.Description.WeightsDigest, store.Name, pushed?.Network.Files ?? [],
            pushed?.Written ?? 0, pushed?.Kept ?? 0, pushed?.Mended ?? 0);
    }

    private async Task<NetworkPush> SendAsync(NetworkSource source, ApiConnection api, bool again, CancellationToken cancellationToken)
    {
        var sent = await new NetworkSender(api, _context.Time).SendAsync(source, again, TransferDisplay.On(_context.Screen, _context.Time), cancellationToken);
        var files = sent?.Files ?? [];
        return new(
            sent?.Model ?? source.Description.Name, source.Description.WeightsDigest, $"{api.Address}", [.. files.Select(file => new StoredNetworkFile(file.Name, file.Bytes, file.Sha256))],
            sent is { IsThere: false } ? files.Count : 0, sent is { IsThere: true } ? files.Count : 0, Mended: 0) { SentBytes = sent?.Sent ?? 0, ResumedBytes = sent?.Resumed ?? 0 };
    }

    private void WriteText(NetworkPush report)
    {
        var output = _context.Screen.Output;
        output.WriteLine(report.Files.Count == 0
            ? $"{report.Model}: inside every amviz, so there is nothing to push"
            : $"{report.Model}: {report.Written} files written, {report.Kept} already there, {report.Mended} mended");
        output.WriteLine($"  sha256   {report.WeightsDigest}");
        if (report.SentBytes is { } sent)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  sent     {sent:#,0} bytes{(report.ResumedBytes > 0 ? $", {report.ResumedBytes:#,0} had come before" : "")}"));
            output.WriteLine($"  store    that of {report.Store}");
        }
        else if (report.Files.Count > 0)
        {
            output.WriteLine($"  store    {report.Store}/{ResultLayout.Network(report.WeightsDigest)}");
        }
    }
}

/// <summary>What <c>amviz models push --json</c> prints.</summary>
/// <param name="Model">How the network is called there: as by whoever pushed it first.</param>
/// <param name="WeightsDigest">SHA-256 of its weights: its name in the store.</param>
/// <param name="Store">Where it is now: a store, or the address of the cluster that put it into its own.</param>
/// <param name="Files">What it is made of; none for a network inside this program.</param>
/// <param name="Written">Files that were not there.</param>
/// <param name="Kept">Files that were there and are right; of a cluster, which it says that it has.</param>
/// <param name="Mended">Files that were there and were damaged; of a cluster it is not told.</param>
internal sealed record NetworkPush(
    string Model, string WeightsDigest, string Store, IReadOnlyList<StoredNetworkFile> Files, int Written, int Kept, int Mended)
{
    /// <summary>Bytes that were sent to a cluster; null: it was pushed to a store.</summary>
    public long? SentBytes { get; init; }

    /// <summary>Bytes that the cluster had from an upload that was cut off; null: as above.</summary>
    public long? ResumedBytes { get; init; }
}
