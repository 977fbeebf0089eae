using System.Collections.Concurrent;

namespace AmViz.TextureNet.Training;

/// <summary>Draws batches ahead on a thread of its own, so that the optimizer does not wait for textures.</summary>
internal sealed class BatchSource : IDisposable
{
    private const int Ahead = 2;

    private readonly BlockingCollection<TextureBatch> _ready = new(Ahead);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Thread _painter;

    /// <summary>Begins to draw.</summary>
    /// <param name="count">Batches in all.</param>
    /// <param name="draw">Draws the batch of a number.</param>
    public BatchSource(int count, Func<int, TextureBatch> draw)
    {
        _painter = new Thread(() => Paint(count, draw)) { IsBackground = true, Name = "texture painter" };
        _painter.Start();
    }

    /// <summary>The batches in order.</summary>
    public IEnumerable<TextureBatch> Batches => _ready.GetConsumingEnumerable();

    /// <summary>Stops drawing, also in the middle.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        _painter.Join();
        _stopped.Dispose();
        _ready.Dispose();
    }

    private void Paint(int count, Func<int, TextureBatch> draw)
    {
        try
        {
            for (int number = 0; number < count; number++)
                _ready.Add(draw(number), _stopped.Token);
            _ready.CompleteAdding();
        }
        catch (OperationCanceledException)
        {
            // Disposed before the last batch: nobody waits for the rest.
        }
    }
}
