using System.Threading.Channels;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>Calls the controllers, one after another, whenever something has changed and twice a second.</summary>
internal sealed class ControlLoop : IAsyncDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly IReadOnlyList<IController> _controllers;
    private readonly IDisposable _watch;
    private readonly Task _running;
    private readonly Action<string> _say;

    public ControlLoop(ClusterObjects objects, IReadOnlyList<IController> controllers, Action<string> say)
    {
        (_controllers, _say) = (controllers, say);
        _watch = objects.Watch(() => _changes.Writer.TryWrite(true));
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            _changes.Reader.TryRead(out _);
            foreach (var controller in _controllers)
            {
                Call(controller);
            }

            // Changes come in groups.
            await Task.WhenAny(_changes.Reader.WaitToReadAsync(_ending.Token).AsTask(), Task.Delay(Beat, _ending.Token));
            await Task.WhenAny(Task.Delay(Settle, _ending.Token));
        }
    }

    // An object that nobody foresaw must not stop the cluster.
    private void Call(IController controller)
    {
        try
        {
            controller.Reconcile();
        }
#pragma warning disable CA1031 // whatever it is, the others go on, and people hear of it
        catch (Exception e)
#pragma warning restore CA1031
        {
            _say($"error: {controller.GetType().Name}: {e}");
        }
    }
}
