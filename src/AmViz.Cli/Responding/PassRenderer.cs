using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>A device that draws pictures, and shows networks photographs: both kinds of work that a sweep has.</summary>
/// <param name="pictures">Draws.</param>
/// <param name="passes">Shows photographs.</param>
internal sealed class PassRenderer(IChannelRenderer pictures, PassDevice passes) : IChannelRenderer, IDisposable
{
    /// <summary>All devices of a process.</summary>
    /// <param name="pictures">What draws on them.</param>
    /// <param name="engine">Makes what shows photographs on them.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="blobs">Where passes and their results lie.</param>
    /// <param name="networks">Where networks are found.</param>
    public static IReadOnlyList<IChannelRenderer> Around(IReadOnlyList<IChannelRenderer> pictures, IEngine engine, DeviceChoice device, IBlobStore blobs, PassNetworks networks)
        => [.. pictures.Select(one => new PassRenderer(one, new(one.Device, source => engine.CreateResponders(source, device, shards: 1)[0], blobs, networks)))];

    /// <inheritdoc/>
    public string Device => pictures.Device;

    /// <inheritdoc/>
    public int BatchSize => pictures.BatchSize;

    /// <inheritdoc/>
    public bool CanResume(AscentCheckpoint checkpoint) => pictures.CanResume(checkpoint);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
        => batch.Pass is { } pass ? passes.ComputeAsync(batch, pass, progress, cancellationToken) : pictures.RenderAsync(batch, progress, checkpoints, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        (pictures as IDisposable)?.Dispose();
        passes.Dispose();
    }
}
