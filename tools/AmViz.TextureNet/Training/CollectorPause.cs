using System.Runtime;

namespace AmViz.TextureNet.Training;

/// <summary>Keeps the garbage collector away from the steps of training.</summary>
/// <remarks>
/// Where a number meets a tensor (<c>x * 2</c>, and inside TorchSharp's optimizers), TorchSharp makes a temporary
/// <c>Scalar</c> that nothing refers to once its address has been passed on. A collection that falls into the native call
/// frees it there, and torch fails an assertion over a number of unknown type. Seen once in about ten thousand calls while
/// another thread allocates, and never with scalars that are kept. So collections happen between steps, where nothing runs.
/// </remarks>
internal sealed class CollectorPause : IDisposable
{
    // More than the pictures of the steps in between; if it is too little, the collector comes earlier, as it always may.
    private const long Budget = 240L << 20;

    private bool _begun;

    /// <summary>Begins a pause.</summary>
    public CollectorPause() => Begin();

    /// <summary>Lets the collector in, between two steps, and begins the next pause.</summary>
    public void CollectNow()
    {
        Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Begin();
    }

    /// <summary>Ends the pause.</summary>
    public void Dispose()
    {
        // A pause that ran out of budget has ended by itself.
        if (_begun && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            GC.EndNoGCRegion();
        _begun = false;
    }

    private void Begin() => _begun = GC.TryStartNoGCRegion(Budget);
}
