using AmViz.Cli.Scored;
using AmViz.Cli.Scoring;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Computing;

/// <summary>The scores of a sweep's pictures on a device: computes the table of a layer.</summary>
internal sealed class OpenedScores : IOpenedWork
{
    private readonly ScoreWork _work;
    private readonly IBlobStore _blobs;
    private readonly IResponder _responder;
    private readonly IResponder? _asked;
    private readonly string _weightsDigest;
    private readonly LayerScoring _scoring;

    private OpenedScores(ScoreWork work, IBlobStore blobs, NetworkDescription network, IResponder responder, NetworkDescription? second, IResponder? asked)
    {
        (_work, _blobs, _responder, _asked, _weightsDigest) = (work, blobs, responder, asked, network.WeightsDigest);
        _scoring = new(blobs, responder, network, second is null ? null : new(blobs, asked!, second, SharedClasses.Are(network, second)));
    }

    /// <summary>Opens it.</summary>
    /// <param name="scores">Which scores.</param>
    /// <param name="task">A task, which names the network.</param>
    /// <param name="create">Shows pictures to a network on the device.</param>
    /// <param name="blobs">Where pictures and passes lie.</param>
    /// <param name="networks">Where the network and the judge are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DeviceFaultException">One of them cannot be had here.</exception>
    public static async Task<IOpenedWork> OpenAsync(
        ScoreWork scores, ChannelTask task, Func<NetworkSource, IResponder> create, IBlobStore blobs, ShownNetworks networks, CancellationToken cancellationToken)
    {
        var network = await networks.FindAsync(task.Model, task.WeightsDigest, cancellationToken);
        var second = scores.Judge is { } judge ? await networks.FindAsync(judge.Model, judge.WeightsDigest, cancellationToken) : null;
        var responder = create(network);
        try
        {
            return new OpenedScores(scores, blobs, network.Description, responder, second?.Description, second is null ? null : create(second));
        }
        catch
        {
            responder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Environment => _responder.Environment;

    /// <inheritdoc/>
    public bool Serves(IComputedWork work, ChannelTask task)
        => work is ScoreWork scores && scores.Sweep == _work.Sweep && scores.Judge == _work.Judge && task.WeightsDigest == _weightsDigest;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ComputeAsync(IComputedWork work, ChannelTask task, int steps, Action<int> report, CancellationToken cancellationToken)
    {
        var table = ((ScoreWork)work).Of(task.Layer);
        var layer = await ScoredLayer.ReadAsync(_blobs, _work.Sweep, _weightsDigest, table, cancellationToken);
        var found = _scoring.TableOf(layer);
        return found == table
            ? await _scoring.ComputeAsync(layer, share => report((int)(share * steps)), cancellationToken)
            : throw new ChannelRenderException(FormattableString.Invariant($"The pictures of '{table.Layer}' of sweep {_work.Sweep} are others than when their scores were planned: found {found.Pictures} ({found.Name}), expected {table.Pictures} ({table.Name}). Submit the same spec again, which plans the scores of the present ones; if nothing was drawn meanwhile, this device runs another version than whoever planned them."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _responder.Dispose();
        _asked?.Dispose();
    }
}
