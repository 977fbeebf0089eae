using AmViz.Cli.Photographs;
using AmViz.Cli.Responding;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Computing;

/// <summary>A pass of photographs on a device: computes shards of photographs, and the tables that are made of all of them.</summary>
internal sealed class OpenedPass : IOpenedWork
{
    private readonly ResponsePlan _plan;
    private readonly string? _folder;
    private readonly IBlobStore _blobs;
    private readonly IPhotographs _photographs;
    private readonly IResponder _responder;
    private readonly HashSet<long> _sample;

    private OpenedPass(ResponsePlan plan, string? folder, IBlobStore blobs, IPhotographs photographs, IResponder responder)
        => (_plan, _folder, _blobs, _photographs, _responder, _sample) = (plan, folder, blobs, photographs, responder, [.. ResponseSample.Of(plan.Photographs.Count)]);

    /// <summary>Opens it.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="create">Shows photographs to a network on the device.</param>
    /// <param name="blobs">Where the pass is written down, and its results lie.</param>
    /// <param name="networks">Where its network is found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChannelRenderException">The store has no plan of it.</exception>
    /// <exception cref="DeviceFaultException">The network or the photographs cannot be had here.</exception>
    public static async Task<IOpenedWork> OpenAsync(PassWork pass, Func<NetworkSource, IResponder> create, IBlobStore blobs, ShownNetworks networks, CancellationToken cancellationToken)
    {
        var store = new ResponseStore(blobs);
        var plan = await store.ReadPlanAsync(pass.Id, cancellationToken)
            ?? throw new ChannelRenderException($"{blobs.Name} has no plan of the pass {pass.Id}. Submit the sweep again, which writes it down.");
        var network = await networks.FindAsync(plan.Model, plan.WeightsDigest, cancellationToken);
        var photographs = Photographs(plan, pass, store, network.Description);
        return new OpenedPass(plan, pass.Folder, blobs, photographs, create(network));
    }

    /// <inheritdoc/>
    public string Environment => _responder.Environment;

    /// <inheritdoc/>
    public bool Serves(IComputedWork work, ChannelTask task) => work is PassWork pass && pass.Id == _plan.Id && pass.Folder == _folder;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ComputeAsync(IComputedWork work, ChannelTask task, int steps, Action<int> report, CancellationToken cancellationToken)
        => task.Layer == PassWork.Tables ? await TablesAsync((PassWork)work, share => report((int)(share * steps)), cancellationToken) : await ShardAsync(task.Channel, report, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _responder.Dispose();

    private async Task<byte[]> ShardAsync(int shard, Action<int> report, CancellationToken cancellationToken)
    {
        var runs = 0;
        return ShardFile.Write(await new ShardRun(_plan, _photographs, _responder, _sample).RunAsync(_plan.Shard(shard), _ => report(++runs), cancellationToken));
    }

    /// <summary>Writes all tables; the summary, which comes last, is the result of the task.</summary>
    private async Task<byte[]> TablesAsync(PassWork pass, Action<double> report, CancellationToken cancellationToken)
        => ResponseStore.Bytes(await new ResponseFinisher(_plan, new(_blobs), new(_blobs), _photographs, _responder, new(pass.Crops, pass.EffectiveFields))
            .WriteTablesAsync((share, _) => report(share), cancellationToken));

    private static IPhotographs Photographs(ResponsePlan plan, PassWork pass, ResponseStore store, NetworkDescription network)
    {
        if (plan.Photographs.Kind == PhotographKind.Textures)
        {
            return new TexturePhotographs(network);
        }

        // Otherwise every one of them would count as unreadable for good.
        return pass.Folder is null || Directory.Exists(pass.Folder)
            ? new FilePhotographs(pass.Folder, plan, store, network)
            : throw new DeviceFaultException($"There is no folder '{pass.Folder}' here, where the photographs should be. Mount it on every device, or have them copied into the store (copy: true in the spec).")
            {
                Scope = DeviceFaultScope.Layer,
            };
    }
}
