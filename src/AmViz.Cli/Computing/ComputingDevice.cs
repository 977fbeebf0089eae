using System.Diagnostics;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.Computing;

/// <summary>Computes tasks that draw nothing on one device: passes of photographs, and scores of pictures.</summary>
/// <param name="device">Its name.</param>
/// <param name="create">Shows pictures to a network on it.</param>
/// <param name="blobs">Where passes, pictures and their results lie.</param>
/// <param name="networks">Where networks are found.</param>
internal sealed class ComputingDevice(string device, Func<NetworkSource, IResponder> create, IBlobStore blobs, ShownNetworks networks) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IOpenedWork? _open;

    /// <summary>Computes the tasks of a batch, one after another.</summary>
    /// <param name="batch">Tasks of one shard.</param>
    /// <param name="work">What they are of.</param>
    /// <param name="progress">Told how many steps of a task are done.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <exception cref="ChannelRenderException">What the store has of the work is not what it should be.</exception>
    /// <exception cref="DeviceFaultException">A network or the photographs cannot be had here.</exception>
    public async Task<IReadOnlyList<RenderedChannel>> ComputeAsync(ChannelBatch batch, IComputedWork work, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var open = await OpenAsync(work, batch.Tasks[0], cancellationToken);
            var results = new List<RenderedChannel>();
            foreach (var task in batch.Tasks)
            {
                results.Add(await ComputeAsync(open, work, task, batch.Recipe, progress, cancellationToken));
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
        _open?.Dispose();
        _turn.Dispose();
    }

    private async Task<RenderedChannel> ComputeAsync(
        IOpenedWork open, IComputedWork work, ChannelTask task, RenderRecipe recipe, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = await open.ComputeAsync(work, task, recipe.Steps, done => progress?.Report(new(done, recipe.Steps)), cancellationToken);
        var record = new ChannelRecord
        {
            Task = task,
            Recipe = recipe,
            Objective = new(recipe.Objective.Kind, float.NaN, float.NaN, []),
            ReproducibleWith = new(open.Environment, device, Threads: 0, BatchSize: 1),
            Software = SoftwareVersion.Current,
        };
        return new(ChannelOutcome.Rendered, record, result, Error: null, Stopwatch.GetElapsedTime(begun).TotalSeconds) { Work = work };
    }

    /// <summary>The work that this device is at; the networks of another one are let go.</summary>
    private async Task<IOpenedWork> OpenAsync(IComputedWork work, ChannelTask task, CancellationToken cancellationToken)
    {
        if (_open is { } open && open.Serves(work, task))
        {
            return open;
        }

        _open?.Dispose();
        _open = null;
        return _open = work switch
        {
            PassWork pass => await OpenedPass.OpenAsync(pass, create, blobs, networks, cancellationToken),
            ScoreWork scores => await OpenedScores.OpenAsync(scores, task, create, blobs, networks, cancellationToken),
            _ => throw new ChannelRenderException($"Nothing is known here of {work.GetType().Name}: the sweep was planned by a newer version. Update this device."),
        };
    }
}
