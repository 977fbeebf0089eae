using System.Diagnostics;
using System.Runtime.InteropServices;
using AmViz.Imaging;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Attacks with torch; all tensor work runs on the device's own thread.</summary>
public sealed class TorchAttacker : IAttacker
{
    private readonly NetworkSource _source;
    private readonly TorchDevice _device;
    private INetwork? _network;

    /// <summary>Takes a device into use.</summary>
    /// <param name="source">The network; loaded when it is first needed.</param>
    /// <param name="options">Which device, and how.</param>
    /// <exception cref="ChannelRenderException">There is no such device.</exception>
    public TorchAttacker(NetworkSource source, RendererOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _device = new TorchDevice(options);
    }

    /// <inheritdoc/>
    public int BatchSize => _device.BatchSize;

    private INetwork Network => _network ??= _source.Load(_device.Device);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClassScore>> ScoreAsync(Picture picture, CancellationToken cancellationToken)
        => RunAsync("a picture", () => Score(picture), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AdversarialExample>> AttackAsync(
        AttackSettings settings, IReadOnlyList<AttackPair> pairs, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
        => RunAsync($"{pairs.Count} pictures", () => Attack(settings, pairs, progress, cancellationToken), cancellationToken);

    /// <summary>Ends the device's thread after the work that was asked for, and frees the network.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _network?.Dispose();
    }

    private async Task<T> RunAsync<T>(string load, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _device.RunAsync(work, cancellationToken);
        }
        catch (ExternalException e)
        {
            throw new ChannelRenderException(
                $"Torch failed on {_device.Device} with {load} of {_source.Description.InputSize} px: {e.Message.Split('\n', 2)[0]} If memory ran out, ask for a smaller --batch.", e);
        }
    }

    private IReadOnlyList<ClassScore> Score(Picture picture)
    {
        using var scope = NewDisposeScope();
        return new Classifier(Network).Top(NetworkInput.ToImages([picture], _source.Description, _device.Device), int.MaxValue);
    }

    private IReadOnlyList<AdversarialExample> Attack(
        AttackSettings settings, IReadOnlyList<AttackPair> pairs, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var originals = NetworkInput.ToImages([.. pairs.Select(pair => pair.Original)], _source.Description, _device.Device);
        var targets = tensor(pairs.Select(pair => (long)pair.Target).ToArray(), device: _device.Device);
        var images = new TargetedAttack(Network).Perturb(settings, originals, targets, progress, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds / pairs.Count;
        var panels = new ChannelPanels(_source.Description.InputChannels);
        var (height, width) = panels.PanelSize(pairs[0].Original);
        return [.. images.Select(image => new AdversarialExample(
            panels.ToPicture(image.Planes, height, width),
            image.StepsToSuccess, image.Steps, image.UnroundedFools, seconds))];
    }
}
