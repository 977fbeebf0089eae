using System.Collections.Concurrent;

namespace AmViz.Maximization;

/// <summary>The one thread that runs all tensor work of a device, so that no scope of tensors ever crosses an await.</summary>
internal sealed class DeviceThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Shown by debuggers and profilers.</param>
    /// <param name="prepare">Runs on the thread before any work.</param>
    public DeviceThread(string name, Action? prepare = null)
    {
        _thread = new Thread(() => Run(prepare)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> on the thread, after everything asked for before.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Complete(completion, work, cancellationToken), CancellationToken.None);
        return completion.Task;
    }

    /// <summary>Ends the thread after the work that was asked for.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            completion.SetResult(work());
        }
        catch (OperationCanceledException e)
        {
            completion.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            // Whoever asked for the work decides what to do with its failure; the thread serves the next.
            completion.SetException(e);
        }
    }

    private void Run(Action? prepare)
    {
        prepare?.Invoke();
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
