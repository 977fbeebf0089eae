namespace AmViz.Maximization;

/// <summary>A device that torch computes on, with the one thread that runs all of its tensor work.</summary>
internal sealed class TorchDevice : IDisposable
{
    private readonly DeviceThread _thread;

    /// <summary>Takes a device into use.</summary>
    /// <param name="options">Which device, and how.</param>
    /// <exception cref="ChannelRenderException">There is no such device.</exception>
    public TorchDevice(RendererOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Device = Devices.Find(options.Device);
        TorchRuntime.Initialize(options.Threads);
        BatchSize = options.BatchSize ?? Devices.DefaultBatchSize(Device);
        _thread = new DeviceThread($"amviz {Device}", () => TorchRuntime.PrepareThread());
    }

    /// <summary>Where its tensors lie.</summary>
    public torch.Device Device { get; }

    /// <summary>Images that it computes at once.</summary>
    public int BatchSize { get; }

    /// <inheritdoc cref="DeviceThread.RunAsync"/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => _thread.RunAsync(work, cancellationToken);

    /// <summary>Ends the thread after the work that was asked for.</summary>
    public void Dispose() => _thread.Dispose();
}
