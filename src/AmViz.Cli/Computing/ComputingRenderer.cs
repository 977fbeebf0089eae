using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Storage;

namespace AmViz.Cli.Computing;

/// <summary>A device that draws pictures, and computes whatever else sweeps are made of.</summary>
/// <param name="pictures">Draws.</param>
/// <param name="computing">Computes what is not drawn.</param>
internal sealed class ComputingRenderer(IChannelRenderer pictures, ComputingDevice computing) : IChannelRenderer, IDisposable
{
    /// <summary>All devices of a process.</summary>
    /// <param name="pictures">What draws on them.</param>
    /// <param name="engine">Makes what shows pictures to networks on them.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="blobs">Where passes, pictures and their results lie.</param>
    /// <param name="networks">Where networks are found.</param>
    public static IReadOnlyList<IChannelRenderer> Around(IReadOnlyList<IChannelRenderer> pictures, IEngine engine, DeviceChoice device, IBlobStore blobs, ShownNetworks networks)
        => [.. pictures.Select(one => new ComputingRenderer(one, new(one.Device, source => engine.CreateResponders(source, device, shards: 1)[0], blobs, networks)))];

    /// <inheritdoc/>
    public string Device => pictures.Device;

    /// <inheritdoc/>
    public int BatchSize => pictures.BatchSize;

    /// <inheritdoc/>
    public bool CanResume(AscentCheckpoint checkpoint) => pictures.CanResume(checkpoint);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
        => batch.Work is { } work ? computing.ComputeAsync(batch, work, progress, cancellationToken) : pictures.RenderAsync(batch, progress, checkpoints, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        (pictures as IDisposable)?.Dispose();
        computing.Dispose();
    }
}
