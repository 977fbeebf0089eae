using System.Runtime.InteropServices;
using System.Text.Json;
using AmViz.Imaging;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Draws batches on one device with torch.</summary>
/// <remarks>Tensor work runs on the device's own thread; pictures are encoded elsewhere, while the next batch is drawn.</remarks>
public sealed class TorchChannelRenderer : IChannelRenderer, IDisposable
{
    private readonly TorchDevice _device;
    private readonly FaultTellingNetworks _networks;
    private readonly RenderEnvironment _environment;
    private readonly LoadedReferences _references;
    private (string Digest, INetwork Network)? _loaded;
    private volatile bool _isLost;

    /// <summary>Takes a device into use.</summary>
    /// <param name="networks">Where networks come from.</param>
    /// <param name="options">Which device, and how.</param>
    /// <param name="photographs">Where photographs come from that recipes name; null: recipes that name some cannot be drawn.</param>
    /// <exception cref="ChannelRenderException">There is no such device.</exception>
    public TorchChannelRenderer(INetworkSource networks, RendererOptions options, IReferencePhotographs? photographs = null)
    {
        ArgumentNullException.ThrowIfNull(networks);
        _networks = new FaultTellingNetworks(networks);
        _references = new LoadedReferences(photographs ?? new NoPhotographs());
        _device = new TorchDevice(options);
        _environment = Devices.Describe(_device.Device, options.Threads, BatchSize);
    }

    /// <summary>What the seconds of a picture are measured with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public string Device => _device.Device.ToString();

    /// <inheritdoc/>
    public int BatchSize => _device.BatchSize;

    /// <inheritdoc/>
    public bool CanResume(AscentCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return BatchCheckpointer.CanResume(checkpoint, _environment);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var saved = checkpoints is null ? null : new BatchCheckpointer(batch, _environment with { BatchSize = batch.PaddedSize }, checkpoints);
        await _references.ReadAsync(batch.Recipe, cancellationToken);
        try
        {
            var drawn = await _device.RunAsync(() => Draw(batch, progress, saved, cancellationToken), cancellationToken);
            return await Task.Run(() => Encode(batch, drawn), cancellationToken);
        }
        catch (ExternalException e)
        {
            var wasLost = _isLost;
            _isLost |= TorchFailure.IsLostContext(e.Message);
            throw TorchFailure.Describe(Device, batch, e, wasLost);
        }
        catch (NetworkException e)
        {
            // Layers, channels and sizes were planned with these weights: what this device cannot find or run of them, it lacks.
            throw new DeviceFaultException(e.Message, e) { Scope = DeviceFaultScope.Layer };
        }
        finally
        {
            // Whoever takes the picture or the lease next must not be overtaken by a checkpoint.
            await (saved?.Written ?? Task.CompletedTask);
        }
    }

    /// <summary>Ends the device's thread after the batch that it draws, and frees the network.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _references.Dispose();
        _loaded?.Network.Dispose();
    }

    private Drawing Draw(ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpointer? saved, CancellationToken cancellationToken)
    {
        var network = Network(batch.Tasks[0]);
        var start = Clock.GetTimestamp();        // not of loading the network: leases are sized by what a picture takes
        var images = new ActivationMaximizer(network) { Checkpoints = saved, References = _references.For(batch.Recipe, network) }
            .Maximize(batch.Recipe, PaddedBatch.Fill(batch.Tasks, batch.PaddedSize), progress, cancellationToken);
        return new(
            [.. images.Chunk(batch.Recipe.Facets?.Count ?? 1).Select(facets => FacetStrip.Join(facets, batch.Recipe.Size))],
            network.Description, Clock.GetElapsedTime(start).TotalSeconds, saved?.ResumedAt ?? 0);
    }

    private INetwork Network(ChannelTask task)
    {
        if (_loaded is { } loaded && loaded.Digest == task.WeightsDigest)
        {
            return loaded.Network;
        }

        _references.Forget();
        _loaded?.Network.Dispose();
        _loaded = null;
        var network = _networks.Load(task.Model, task.WeightsDigest, _device.Device);
        _loaded = (task.WeightsDigest, network);
        return network;
    }

    private RenderedChannel[] Encode(ChannelBatch batch, Drawing drawing)
        => [.. batch.Tasks.Select((task, n) =>
            Encode(batch.Recipe, task, drawing, drawing.Images[n], drawing.Seconds / batch.Tasks.Count) with { ResumedAt = drawing.ResumedAt })];

    private RenderedChannel Encode(RenderRecipe recipe, ChannelTask task, Drawing drawing, MaximizedImage image, double seconds)
    {
        var record = new ChannelRecord
        {
            Task = task,
            Label = task.Layer == Objective.LogitsLayer ? drawing.Network.Labels[task.Channel] : null,
            Recipe = recipe,
            Objective = image.Objective,
            ReproducibleWith = _environment,
            Software = SoftwareVersion.Current,
        };
        if (image.Outcome != ChannelOutcome.Rendered)
        {
            return new(image.Outcome, record, Picture: default, Explain(image.Outcome, recipe), seconds);
        }

        var text = new Dictionary<string, string>(StringComparer.Ordinal) { [ChannelRecord.TextKey] = JsonSerializer.Serialize(record, SweepJson.Compact) };
        var panels = new ChannelPanels(drawing.Network.InputChannels);
        if (!panels.IsSingle)
        {
            text.Add(ChannelPanels.TextKey, panels.Text);
        }

        var width = recipe.Size * (recipe.Facets?.Count ?? 1);
        var picture = panels.ToPicture(image.Planes, recipe.Size, width);
        return new(
            image.Outcome, record, PngCodec.Encode(picture, text, panels.Repeat(image.Opacity, recipe.Size, width), panels.IsGrey || recipe.Greyscale),
            Error: null, seconds);
    }

    private static string Explain(ChannelOutcome outcome, RenderRecipe recipe) => outcome switch
    {
        ChannelOutcome.Dead =>
            "From the start image of this seed nothing excites the channel: its gradient is zero, or so small that the objective stayed the same through every step. "
            + "Try another seed, or the tap before the activation.",
        _ => $"The objective or the spectrum became NaN or infinite. Try a smaller learning rate than {recipe.Optimizer.LearningRate}.",
    };

    private sealed record Drawing(IReadOnlyList<MaximizedImage> Images, NetworkDescription Network, double Seconds, int ResumedAt);
}
