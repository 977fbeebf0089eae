using Polly;
using Polly.Retry;

namespace AmViz.Cluster.Client;

/// <summary>Attempts to reach a cluster, repeated with pauses that double from a quarter of a second to two, with jitter: those who lost it together do not return together.</summary>
public static class PatientRetry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Repeats as long as the caller wants.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="repeats">Whether there is another attempt after this failure.</param>
    /// <param name="onRepeat">Called before every pause; null: nobody is interested.</param>
    public static ResiliencePipeline While(TimeProvider time, Predicate<Exception> repeats, Action<Exception>? onRepeat = null)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } failure && repeats(failure)),
            OnRetry = attempt =>
            {
                onRepeat?.Invoke(attempt.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }
}
