using System.Diagnostics;
using AmViz.Cli.Photographs;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Responses;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.Responding;

/// <summary>Computes tasks of passes of photographs on one device: shards of photographs, and the tables that are made of all of them.</summary>
/// <param name="device">Its name.</param>
/// <param name="create">Shows photographs to a network on it.</param>
/// <param name="blobs">Where passes and their results lie.</param>
/// <param name="networks">Where networks are found.</param>
internal sealed class PassDevice(string device, Func<NetworkSource, IResponder> create, IBlobStore blobs, PassNetworks networks) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ResponseStore _store = new(blobs);
    private OpenPass? _open;

    /// <summary>Computes the tasks of a batch, one after another.</summary>
    /// <param name="batch">Tasks of one stage.</param>
    /// <param name="pass">Their pass.</param>
    /// <param name="progress">Told how many runs of the network are done.</param>
    /// <param name="cancellationToken">Honoured between two runs.</param>
    /// <exception cref="ChannelRenderException">The pass, a shard or a photograph is not what it should be.</exception>
    /// <exception cref="DeviceFaultException">The network or the photographs cannot be had here.</exception>
    public async Task<IReadOnlyList<RenderedChannel>> ComputeAsync(ChannelBatch batch, PassWork pass, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var open = await OpenAsync(pass, cancellationToken);
            var results = new List<RenderedChannel>();
            foreach (var task in batch.Tasks)
            {
                results.Add(await ComputeAsync(open, batch.Recipe, task, pass, progress, cancellationToken));
            }

            return results;
        }
        catch (NetworkException e)
        {
            throw new DeviceFaultException(e.Message, e) { Scope = DeviceFaultScope.Layer };
        }
        catch (Exception e) when (e is UsageException or CorruptBlobException)
        {
            throw new ChannelRenderException(e.Message, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Responder.Dispose();
        _turn.Dispose();
    }

    private async Task<RenderedChannel> ComputeAsync(
        OpenPass open, RenderRecipe recipe, ChannelTask task, PassWork pass, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = task.Layer == PassWork.Tables
            ? await TablesAsync(open, new(pass.Crops, pass.EffectiveFields), share => progress?.Report(new((int)(share * recipe.Steps), recipe.Steps)), cancellationToken)
            : await ShardAsync(open, task.Channel, runs => progress?.Report(new(runs, recipe.Steps)), cancellationToken);
        var record = new ChannelRecord
        {
            Task = task,
            Recipe = recipe,
            Objective = new(recipe.Objective.Kind, float.NaN, float.NaN, []),
            ReproducibleWith = new(open.Responder.Environment, device, Threads: 0, BatchSize: open.Plan.Batch),
            Software = SoftwareVersion.Current,
        };
        return new(ChannelOutcome.Rendered, record, result, Error: null, Stopwatch.GetElapsedTime(begun).TotalSeconds) { Pass = pass };
    }

    private static async Task<byte[]> ShardAsync(OpenPass open, int shard, Action<int> report, CancellationToken cancellationToken)
    {
        var runs = 0;
        var run = new ShardRun(open.Plan, open.Photographs, open.Responder, open.Sample);
        return ShardFile.Write(await run.RunAsync(open.Plan.Shard(shard), _ => report(++runs), cancellationToken));
    }

    /// <summary>Writes all tables; the summary, which comes last, is the result of the task.</summary>
    private async Task<byte[]> TablesAsync(OpenPass open, ShownChoice choice, Action<double> report, CancellationToken cancellationToken)
        => ResponseStore.Bytes(await new ResponseFinisher(open.Plan, _store, new(blobs), open.Photographs, open.Responder, choice)
            .WriteTablesAsync((share, _) => report(share), cancellationToken));

    /// <summary>The pass that this device works at; of another one its network is let go.</summary>
    private async Task<OpenPass> OpenAsync(PassWork pass, CancellationToken cancellationToken)
    {
        if (_open is { } open && open.Plan.Id == pass.Id && open.Folder == pass.Folder)
        {
            return open;
        }

        var plan = await _store.ReadPlanAsync(pass.Id, cancellationToken)
            ?? throw new ChannelRenderException($"{blobs.Name} has no plan of the pass {pass.Id}. Submit the sweep again, which writes it down.");
        var network = await networks.FindAsync(plan.Model, plan.WeightsDigest, cancellationToken);
        var photographs = Photographs(plan, pass, network.Description);
        _open?.Responder.Dispose();
        _open = null;
        return _open = new(plan, pass.Folder, photographs, create(network), ResponseSample.Of(plan.Photographs.Count).ToHashSet());
    }

    private IPhotographs Photographs(ResponsePlan plan, PassWork pass, NetworkDescription network)
    {
        if (plan.Photographs.Kind == PhotographKind.Textures)
        {
            return new TexturePhotographs(network);
        }

        // Otherwise every one of them would count as unreadable for good.
        return pass.Folder is null || Directory.Exists(pass.Folder)
            ? new FilePhotographs(pass.Folder, plan, _store, network)
            : throw new DeviceFaultException($"There is no folder '{pass.Folder}' here, where the photographs should be. Mount it on every device, or have them copied into the store (copy: true in the spec).")
            {
                Scope = DeviceFaultScope.Layer,
            };
    }

    /// <summary>A pass with all that is needed to compute its tasks.</summary>
    private sealed record OpenPass(ResponsePlan Plan, string? Folder, IPhotographs Photographs, IResponder Responder, IReadOnlySet<long> Sample);
}
